// Round trips of one direction, from the capture point to its receiver and back: data to the acknowledgement that covers
// it. The other direction's are those to the sender; both together are the path's.
//
// Karn's rule: what was sent twice gives no sample, unless time stamps tell which copy was answered. At most kOpen segments
// are measured at once; the rest of a large flight is not sampled.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/time.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

class RoundTrip {
 public:
  // A segment that ends at `end` went past for the first time; with it, `flight` bytes were under way.
  void sent(Offset end, TimeNs time, Offset flight) noexcept {
    if (count_ == kOpen) return;
    const unsigned at = (first_ + count_++) % kOpen;
    open_[at] = {static_cast<std::uint32_t>(end), ticks(time),
                 static_cast<std::uint32_t>(std::clamp<Offset>(flight, 0, kMostFlight))};
    ambiguous_ = static_cast<std::uint8_t>(ambiguous_ & ~(1U << at));
  }
  // Something in [begin, end) went past again.
  void sent_again(Offset begin, Offset end) noexcept;
  // Everything below `edge` is acknowledged; the sample of the youngest segment, 0 where it gives none. A receiver that waits
  // before it acknowledges answers the last segment soonest.
  DurationNs acknowledged(Offset edge, TimeNs time) noexcept;

  void add(DurationNs sample) noexcept;
  // An echo came back within `most`, which may hold more than the round trip: only the least is told by it.
  void bound(DurationNs most) noexcept {
    if (most.ns > 0 && (least_.ns == 0 || most < least_)) least_ = most;
  }

  std::uint64_t samples() const { return samples_; }
  DurationNs least() const { return least_; }                 // 0: none
  std::uint32_t last_flight() const { return last_flight_; }  // of the last sample
  DurationNs smoothed() const { return {smoothed_}; }         // RFC 6298
  DurationNs variation() const { return {variation_}; }

 private:
  static constexpr std::uint8_t kOpen = 8;
  static constexpr Offset kMostFlight = 0xffff'ffff;
  // Of its end the low 32 bits, as on the wire; of its time too, in ticks that come round in 34 s. What is not answered
  // that long was sent again.
  struct Open {
    std::uint32_t end = 0;
    std::uint32_t time = 0;
    std::uint32_t flight = 0;
  };
  static constexpr unsigned kTickBits = 3;
  static std::uint32_t ticks(TimeNs time) noexcept { return static_cast<std::uint32_t>(time.ns >> kTickBits); }
  static bool is_above(std::uint32_t end, Offset edge) noexcept {
    return static_cast<std::int32_t>(end - static_cast<std::uint32_t>(edge)) > 0;
  }

  std::uint8_t first_ = 0;
  std::uint8_t count_ = 0;
  std::uint8_t ambiguous_ = 0;  // a bit of each in open_
  std::uint32_t last_flight_ = 0;
  std::uint64_t samples_ = 0;
  DurationNs least_{0};
  std::int64_t smoothed_ = 0;
  std::int64_t variation_ = 0;
  std::array<Open, kOpen> open_{};
};

}  // namespace wirecause::tcp
