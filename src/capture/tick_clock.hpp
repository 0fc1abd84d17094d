// From the ticks of a pcapng interface to nanoseconds since the epoch (if_tsresol, if_tsoffset).
//
// Exact for 10^-n with n <= 9 and for 2^-n down to the nanosecond below; finer ticks are truncated. A result outside
// the range of TimeNs saturates at its ends and is never kNoTime.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include "base/time.hpp"

namespace wirecause {

class TickClock {
 public:
  // What pcapng assumes where an interface says nothing: microseconds, no offset.
  TickClock() = default;

  // `tsresol` as in if_tsresol: the exponent, of 10, or of 2 when the highest bit is set.
  TickClock(std::uint8_t tsresol, std::int64_t offset_seconds);

  TimeNs time(std::uint64_t ticks) const noexcept {
    std::uint64_t ns = 0;
    if (kind_ != Kind::multiply) {
      ns = coarser(ticks);
    } else if (__builtin_mul_overflow(ticks, factor_, &ns)) {
      ns = kMaxNs;
    }
    return TimeNs{static_cast<std::int64_t>(ns < kMaxNs ? ns : kMaxNs)} + offset_;
  }

  // Saturated where 10^n or 2^n is not an int64.
  std::int64_t ticks_per_second() const noexcept { return ticks_per_second_; }

 private:
  enum class Kind : std::uint8_t { multiply, divide, binary };
  static constexpr std::uint64_t kMaxNs = std::numeric_limits<std::int64_t>::max();

  std::uint64_t coarser(std::uint64_t ticks) const noexcept;

  Kind kind_ = Kind::multiply;
  std::uint8_t shift_ = 0;        // binary: ticks are 2^-shift seconds
  std::uint64_t factor_ = 1'000;  // multiply: nanoseconds per tick; divide: ticks per nanosecond, 0 when over 2^64
  std::int64_t ticks_per_second_ = 1'000'000;
  DurationNs offset_{};
};

}  // namespace wirecause
