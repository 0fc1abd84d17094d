// SPDX-License-Identifier: Apache-2.0
#include "capture/tick_clock.hpp"

#include <algorithm>

namespace wirecause {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint8_t kBinaryBit = 0x80;  // draft-ietf-opsawg-pcapng, if_tsresol: the most significant bit
constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
constexpr unsigned kNanoExponent = 9;

// 0 where it does not fit.
std::uint64_t power_of_ten(unsigned exponent) {
  std::uint64_t power = 1;
  for (unsigned i = 0; i < exponent; ++i) {
    if (__builtin_mul_overflow(power, std::uint64_t{10}, &power)) return 0;
  }
  return power;
}

std::int64_t saturated(std::uint64_t n) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(n == 0 ? kMax : std::min(n, kMax));
}

DurationNs seconds_saturated(std::int64_t seconds) {
  std::int64_t ns = 0;
  if (!__builtin_mul_overflow(seconds, std::int64_t{kNsPerSecond}, &ns)) return {ns};
  return {seconds < 0 ? -std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::max()};
}

}  // namespace

TickClock::TickClock(std::uint8_t tsresol, std::int64_t offset_seconds) : offset_(seconds_saturated(offset_seconds)) {
  const unsigned exponent = tsresol & ~unsigned{kBinaryBit};
  if ((tsresol & kBinaryBit) != 0) {
    kind_ = Kind::binary;
    shift_ = static_cast<std::uint8_t>(exponent);
    ticks_per_second_ = saturated(exponent < 63 ? std::uint64_t{1} << exponent : 0);
    return;
  }
  ticks_per_second_ = saturated(power_of_ten(exponent));
  kind_ = exponent <= kNanoExponent ? Kind::multiply : Kind::divide;
  factor_ = power_of_ten(exponent <= kNanoExponent ? kNanoExponent - exponent : exponent - kNanoExponent);
}

std::uint64_t TickClock::coarser(std::uint64_t ticks) const noexcept {
  if (kind_ == Kind::divide) return factor_ == 0 ? 0 : ticks / factor_;
  // 64 bits of ticks and 30 of the factor: never over 94 bits, and the shift is at most 127.
  const Wide ns = (Wide{ticks} * kNsPerSecond) >> shift_;
  return ns < Wide{kMaxNs} ? static_cast<std::uint64_t>(ns) : kMaxNs;
}

}  // namespace wirecause
