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

struct Flow {
  // Sequence space
  std::uint32_t base = 0;  // wire number of offset 0: of the SYN, or of the first packet where that was not seen
  bool has_base = false;
  bool has_syn = false;  // the base is the initial sequence number
  bool has_fin = false;  // at fin_end - 1
  bool is_fin_acknowledged = false;
  bool has_ack = false;     // something of it was acknowledged
  Offset next = 0;          // behind the highest byte seen (or acknowledged)
  Offset acknowledged = 0;  // by the peer
  Offset fin_end = 0;
  std::unique_ptr<Holes> holes;  // none until the first hole
  Offset unseen_begin = 0;       // acknowledged before it was captured: [unseen_begin, unseen_end)
  Offset unseen_end = 0;

  State state = State::closed;

  // Agreed on in the handshake, or seen behind it
  std::uint16_t mss = 0;  // that this end announced; 0: not seen
  std::uint8_t scale = 0;
  bool has_scale = false;
  bool sack_permitted = false;
  bool has_stamps = false;
  std::uint8_t marks = 0;
  bool scale_applies = false;  // both ends offered one

  // The window that this end announces
  std::uint16_t raw_window = 0;
  std::uint64_t window = 0;  // bytes
  std::uint64_t largest_window = 0;
  std::uint64_t smallest_window = ~std::uint64_t{0};  // behind the handshake
  Offset window_edge = 0;                             // of the peer's offsets: up to where it may send
  bool has_window = false;
  TimeNs zero_since = kNoTime;  // the window is closed since
  DurationNs zero_time{0};

  // Time stamps
  std::uint32_t newest_stamp = 0;
  std::uint32_t last_echo = 0;
  std::uint32_t awaited_stamp = 0;  // the peer has not echoed it yet
  TimeNs awaited_since = kNoTime;   // first packet that carried it

  // Acknowledging
  std::uint32_t duplicate_run = 0;  // of this flow's `acknowledged`, by the peer

  TimeNs last_packet = kNoTime;
  TimeNs last_data = kNoTime;  // last segment that took sequence space
  std::uint64_t last_data_frame = 0;
  std::uint32_t largest_segment = 0;
  Offset suspect_next = 0;  // where a packet beyond the window would go on
  std::uint8_t suspects = 0;
  std::uint16_t vlan = kNoVlan;
  std::uint16_t inner_vlan = kNoVlan;
  bool has_mac = false;
  MacAddress source_mac{};  // of its first packet
  MacAddress destination_mac{};
  Tunnel tunnel = Tunnel::none;
  std::uint32_t tunnel_number = 0;
  std::uint32_t tunnel_id = 0;

  // Loss recovery
  std::unique_ptr<Recovery> recovery;  // none until something was sent again
  Offset sacked = 0;                   // by the last acknowledgement, above `acknowledged`
  std::uint32_t sacked_segments = 0;   // of these
  bool has_sacked = false;             // an acknowledgement of it carried blocks
  TimeNs first_sign = kNoTime;         // data above `acknowledged` had arrived, since then
  TimeNs third_sign = kNoTime;         // ... three segments of it
  std::uint32_t third_stamp = 0;       // time stamp of the acknowledgement that said so
  TimeNs timer_start = kNoTime;        // its retransmission timer was set anew
  TimeNs head_resent = kNoTime;        // the lowest byte that was not acknowledged went out again
  IpIds ids;
  Offset copy_begin = 0;  // of the last packet that was captured twice
  Offset copy_end = 0;

  // For the account of time
  Account account;
  TimeNs last_progress = kNoTime;     // last acknowledgement of something new that went past
  TimeNs last_sent_before = kNoTime;  // last packet with data
  bool last_was_short = false;        // ... was no full segment
  bool is_fin_sent_before = false;
  Offset flight = 0;  // in flight behind that packet, as the sender knew
  Known known;
  Plateau plateau;
  Resumption resumption;

  // The way
  TtlSteps ttls;
  SegmentSizes sizes;
  std::unique_ptr<Path> path;  // none until many packets carried data

  // For how it ends
  std::unique_ptr<Tries> tries;  // none until the first
  HopCounts hops;
  TimeNs last_before = kNoTime;  // its last packet before the one that is looked at

  RoundTrip round_trip;  // capture point -> receiver -> capture point
  Copies copies;
  UsualCounts counts;
  std::unique_ptr<UnusualCounts> unusual_counts;  // none until there is one

  // The sender's retransmission timeout: RFC 6298 over the whole path, and not less than Linux's 200 ms; 1 s before the
  // first sample. `back`: the least half round trip to the sender.
  DurationNs timeout(DurationNs back) const {
    constexpr DurationNs kLeast = milliseconds(200);
    if (round_trip.samples() == 0) return seconds(1);
    const DurationNs smoothed = round_trip.smoothed() + back;
    return smoothed + std::max(kLeast, DurationNs{4 * round_trip.variation().ns});
  }
  UnusualCounts& unusual() {
    if (!unusual_counts) [[unlikely]]
      unusual_counts = std::make_unique<UnusualCounts>();
    return *unusual_counts;
  }
  Tries all_tries() const { return tries ? *tries : Tries{}; }
  FlowCounts all_counts() const { return {counts, unusual_counts ? *unusual_counts : UnusualCounts{}}; }
  Offset in_flight() const { return next > acknowledged ? next - acknowledged : 0; }
  Offset missing_in(Offset begin, Offset end) const { return holes ? holes->missing_in(begin, end) : 0; }
};

}  // namespace wirecause::tcp
