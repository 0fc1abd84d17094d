// Sequence numbers without wrap: a 64-bit offset from the first number of a direction, found by its nearest neighbour.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wirecause::tcp {

// Bytes (and SYN, FIN) of one direction counted from its first number; below zero: older than the first that was seen.
using Offset = std::int64_t;

// The offset that has the wire number `sequence` and lies within 2^31 of `near` (RFC 9293 3.4).
constexpr Offset offset_near(Offset near, std::uint32_t base, std::uint32_t sequence) {
  const std::uint32_t at_near = base + static_cast<std::uint32_t>(near);
  return near + static_cast<std::int32_t>(sequence - at_near);
}

// Timestamp values wrap as sequence numbers do (RFC 7323 5.2): whether `a` is older than `b`.
constexpr bool is_older_stamp(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }

}  // namespace wirecause::tcp
