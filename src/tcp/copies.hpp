// Packets captured twice: by a mirror of both directions, or before and after a router. They are no retransmissions.
//
// Proof is the IP id together with the checksum: a sender gives every packet, a retransmission too, an id of its own. A
// direction whose ids stand still proves nothing; nor do those without one (IPv6): there a copy must carry data and come
// sooner than any sender could have known of a loss, within a quarter of the shortest round trip.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"
#include "tcp/segment.hpp"

namespace wirecause::tcp {

class Copies {
 public:
  static constexpr DurationNs kLongest = milliseconds(200);  // the shortest retransmission timeout in use
  static constexpr DurationNs kWithoutRoundTrip = microseconds(50);

  // Whether the segment is a copy of one of the last few of its direction; else it is remembered.
  // `round_trip`: the shortest seen, 0: none yet.
  bool is_copy(const Segment& segment, DurationNs round_trip) noexcept;

 private:
  static constexpr std::size_t kRemembered = 8;
  // A packet in a word, so that all of them take one cache line: 40 bits of a hash of its headers, 24 of its time in ticks
  // of 128 ns, which come round in two seconds. 0: none.
  using Seen = std::uint64_t;
  static constexpr unsigned kTimeBits = 24;
  static constexpr unsigned kTickBits = 7;
  static constexpr Seen kTimeMask = (Seen{1} << kTimeBits) - 1;

  std::uint32_t last_id_ = 0;
  std::uint8_t next_ = 0;
  bool ids_stand_still_ = false;
  std::array<Seen, kRemembered> seen_{};
};

}  // namespace wirecause::tcp
