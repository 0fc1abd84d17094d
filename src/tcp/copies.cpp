// SPDX-License-Identifier: Apache-2.0
#include "tcp/copies.hpp"

#include <algorithm>

namespace wirecause::tcp {
namespace {

// Multiply and fold; the constants have no meaning but that they differ.
std::uint64_t mixed(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a ^ 0x243f6a8885a308d3U) * (b ^ 0xb7e151628aed2a6bU);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t print_of(const Segment& s) noexcept {
  const std::uint64_t numbers = std::uint64_t{s.sequence} << 32U | s.acknowledgement;
  const std::uint64_t rest = std::uint64_t{s.checksum} << 48U | std::uint64_t{s.window} << 32U |
                             std::uint64_t{s.flags} << 24U | (s.length & 0xffffffU);
  const std::uint64_t stamps = std::uint64_t{s.options.stamp} << 32U | s.options.echo;
  return mixed(mixed(numbers, rest), stamps ^ (std::uint64_t{s.ip_id} << 16U)) | std::uint64_t{1} << 63U;
}

}  // namespace

bool Copies::is_copy(const Segment& segment, DurationNs round_trip) noexcept {
  const Seen print = print_of(segment) & ~kTimeMask;
  const auto now = static_cast<Seen>(segment.time.ns >> kTickBits) & kTimeMask;
  const bool has_id = segment.ip_id != 0 && !ids_stand_still_;
  const DurationNs soon = round_trip.ns > 0 ? DurationNs{round_trip.ns / 4} : kWithoutRoundTrip;
  const bool can_be_told = has_id || segment.space() > 0;
  bool is_known = false;  // all are looked at without a branch: which one it would be is never known
  for (const Seen seen : seen_) is_known |= ((seen ^ print) & ~kTimeMask) == 0;
  if (is_known && can_be_told) [[unlikely]] {
    for (const Seen seen : seen_) {
      const DurationNs apart{static_cast<std::int64_t>((now - seen) & kTimeMask) << kTickBits};
      const bool is_same = ((seen ^ print) & ~kTimeMask) == 0;
      if (is_same && apart <= (has_id ? kLongest : std::min(soon, kLongest))) return true;
    }
  }
  const Seen last = seen_[(next_ + kRemembered - 1) % kRemembered];
  if (segment.ip_id != 0 && last != 0 && (last & ~kTimeMask) != print) ids_stand_still_ = segment.ip_id == last_id_;
  last_id_ = segment.ip_id;
  seen_[next_] = print | now;
  next_ = static_cast<std::uint8_t>((next_ + 1U) % kRemembered);
  return false;
}

}  // namespace wirecause::tcp
