// One direction of a connection: what its sender sent, as the capture point saw it, and what its receiver acknowledged.
// Plain data; connection.cpp and the files beside it write it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "tcp/copies.hpp"
#include "tcp/counts.hpp"
#include "tcp/holes.hpp"
#include "tcp/round_trip.hpp"
#include "tcp/segment.hpp"
#include "tcp/sequence.hpp"
#include "tcp/state.hpp"

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

  // Acknowledging
  Offset last_ack = 0;              // that this end sent, of the peer's offsets
  std::uint32_t duplicate_run = 0;  // of this flow's `acknowledged`, by the peer

  TimeNs last_packet = kNoTime;
  TimeNs last_data = kNoTime;  // last segment that took sequence space
  std::uint64_t last_data_frame = 0;
  std::uint32_t largest_segment = 0;
  Offset suspect_next = 0;  // where a packet beyond the window would go on
  std::uint8_t suspects = 0;
  std::uint8_t ttl = 0;  // of its first packet
  std::uint16_t vlan = kNoVlan;
  std::uint16_t inner_vlan = kNoVlan;

  RoundTrip round_trip;  // capture point -> receiver -> capture point
  Copies copies;
  FlowCounts counts;

  Offset in_flight() const { return next > acknowledged ? next - acknowledged : 0; }
  Offset missing_in(Offset begin, Offset end) const { return holes ? holes->missing_in(begin, end) : 0; }
};

}  // namespace wirecause::tcp
