// One direction of a connection: what its sender sent, as the capture point saw it, and what its receiver acknowledged.
// Plain data; connection.cpp and the files beside it write it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "tcp/account.hpp"
#include "tcp/copies.hpp"
#include "tcp/counts.hpp"
#include "tcp/ending.hpp"
#include "tcp/holes.hpp"
#include "tcp/ip_ids.hpp"
#include "tcp/known.hpp"
#include "tcp/path.hpp"
#include "tcp/plateau.hpp"
#include "tcp/recovery.hpp"
#include "tcp/resumption.hpp"
#include "tcp/round_trip.hpp"
#include "tcp/segment.hpp"
#include "tcp/segment_sizes.hpp"
#include "tcp/sequence.hpp"
#include "tcp/state.hpp"
#include "tcp/ttl_steps.hpp"

namespace wirecause::tcp {

// What a direction in good health has none of.
struct Oddities : UnusualCounts {
  Offset copy_begin = 0;  // of the last packet that was captured twice
  Offset copy_end = 0;
  Offset unseen_begin = 0;  // acknowledged before it was captured: [unseen_begin, unseen_end)
  Offset unseen_end = 0;
  Offset probed_end = 0;    // behind the byte that the last probe of a closed window carried
  Offset suspect_next = 0;  // where a packet beyond the window would go on
  DurationNs zero_time{0};  // its window was closed
};

// In the order of use: a segment of a connection in good health reads and writes the first lines of both directions, and of
// the rest as little as can be. With thousands of connections it is the lines that cost.
struct Flow {
  // Sequence space
  std::uint32_t base = 0;  // wire number of offset 0: of the SYN, or of the first packet where that was not seen
  bool has_base = false;
  bool has_syn = false;  // the base is the initial sequence number
  bool has_fin = false;  // at fin_end - 1
  bool is_fin_acknowledged = false;
  bool has_ack = false;  // something of it was acknowledged
  State state = State::closed;

  // Agreed on in the handshake, or seen behind it
  bool has_scale = false;
  bool scale_applies = false;  // both ends offered one
  std::uint8_t scale = 0;
  bool sack_permitted = false;
  bool has_stamps = false;
  std::uint8_t marks = 0;

  Offset next = 0;          // behind the highest byte seen (or acknowledged)
  Offset acknowledged = 0;  // by the peer
  Offset flight = 0;        // in flight behind its last packet with data, as the sender knew

  // The window that this end announces; none is larger than 2^30 (RFC 7323 2.3)
  Offset window_edge = 0;    // of the peer's offsets: up to where it may send
  std::uint32_t window = 0;  // bytes
  std::uint32_t largest_window = 0;
  std::uint32_t smallest_window = ~std::uint32_t{0};  // behind the handshake
  std::uint16_t raw_window = 0;
  std::uint16_t mss = 0;  // that this end announced; 0: not seen
  bool has_window = false;

  std::uint8_t suspects = 0;    // packets beyond the window in a row
  bool has_sacked = false;      // an acknowledgement of it carried blocks
  bool last_was_short = false;  // the last packet with data was no full segment
  bool is_nagle_off = false;  // it sent one that was not full while another such was not acknowledged (RFC 9293 3.7.4)
  bool is_fin_sent_before = false;
  std::uint32_t largest_segment = 0;
  std::uint32_t short_end = 0;      // low bits: behind the last segment that was not full
  std::uint32_t duplicate_run = 0;  // of this flow's `acknowledged`, by the peer

  TimeNs last_packet = kNoTime;
  TimeNs last_before = kNoTime;       // its last packet before the one that is looked at
  TimeNs last_data = kNoTime;         // last segment that took sequence space
  TimeNs last_sent_before = kNoTime;  // last packet with data
  TimeNs last_progress = kNoTime;     // last acknowledgement of something new that went past
  TimeNs timer_start = kNoTime;       // its retransmission timer was set anew
  TimeNs zero_since = kNoTime;        // the window is closed since

  // Time stamps
  std::uint32_t newest_stamp = 0;
  std::uint32_t last_echo = 0;
  TimeNs awaited_since = kNoTime;   // first packet that carried it
  std::uint32_t awaited_stamp = 0;  // the peer has not echoed it yet

  // Loss recovery
  std::uint32_t sacked_segments = 0;  // of these
  Offset sacked = 0;                  // by the last acknowledgement, above `acknowledged`
  TimeNs first_sign = kNoTime;        // data above `acknowledged` had arrived, since then
  TimeNs third_sign = kNoTime;        // ... three segments of it

  Known known;  // to its sender
  IpIds ids;
  TtlSteps ttls;
  Ttls hops;
  UsualCounts counts;
  std::unique_ptr<Holes> holes;        // none until the first hole
  std::unique_ptr<Recovery> recovery;  // none until something was sent again
  std::unique_ptr<Tries> tries;        // for how it ends: none until the first
  std::unique_ptr<Path> path;          // the way: none until many packets carried data
  std::unique_ptr<Oddities> oddities;  // none until there is one

  SegmentSizes sizes;
  RoundTrip round_trip;  // capture point -> receiver -> capture point
  Copies copies;
  Account account;

  // From here on, what few packets ask for.
  std::uint32_t third_stamp = 0;  // time stamp of the acknowledgement that made it three signs
  TimeNs head_resent = kNoTime;   // the lowest byte that was not acknowledged went out again
  Offset fin_end = 0;
  Plateau plateau;
  std::unique_ptr<Resumption> resumption;  // none but behind a silence as long as the timer
  std::uint32_t tunnel_number = 0;
  std::uint16_t vlan = kNoVlan;
  Tunnel tunnel = Tunnel::none;
  bool has_mac = false;
  MacAddress source_mac{};  // of its first packet
  MacAddress destination_mac{};

  // At its first packet.
  void begin(const Origin& origin) {
    vlan = origin.vlan;
    has_mac = origin.has_mac;
    source_mac = origin.source_mac;
    destination_mac = origin.destination_mac;
    tunnel = origin.tunnel;
    tunnel_number = origin.tunnel_number;
  }
  // The sender's retransmission timeout: RFC 6298 over the whole path, and not less than Linux's 200 ms; 1 s before the
  // first sample. `back`: the least half round trip to the sender.
  DurationNs timeout(DurationNs back) const {
    constexpr DurationNs kLeast = milliseconds(200);
    if (round_trip.samples() == 0) return seconds(1);
    const DurationNs smoothed = round_trip.smoothed() + back;
    return smoothed + std::max(kLeast, DurationNs{4 * round_trip.variation().ns});
  }
  Oddities& unusual() {
    if (!oddities) [[unlikely]]
      oddities = std::make_unique<Oddities>();
    return *oddities;
  }
  Tries all_tries() const { return tries ? *tries : Tries{}; }
  FlowCounts all_counts() const { return {counts, oddities ? UnusualCounts{*oddities} : UnusualCounts{}}; }
  Offset in_flight() const { return next > acknowledged ? next - acknowledged : 0; }
  Offset missing_in(Offset begin, Offset end) const { return holes ? holes->missing_in(begin, end) : 0; }
};

}  // namespace wirecause::tcp
