// The Internet checksum (RFC 1071) and its verification for IPv4, UDP and TCP.
//
// Sums are kept in the byte order of the machine: the ones' complement sum of swapped words is the swapped sum, and a
// correct packet sums to 0xffff, which reads the same either way (RFC 1071, 2B).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "packet/decode.hpp"

namespace wirecause {

// A partial sum; sums of parts of even length may be added with add_ones().
struct OnesSum {
  std::uint64_t value = 0;
};

// 64-bit ones' complement addition: the carry comes back in at the bottom.
constexpr OnesSum add_ones(OnesSum a, OnesSum b) noexcept {
  std::uint64_t sum = 0;
  const bool carry = __builtin_add_overflow(a.value, b.value, &sum);
  return {sum + static_cast<std::uint64_t>(carry)};
}

OnesSum ones_sum(Bytes bytes) noexcept;

// Whether data that includes its own checksum field sums to what an undamaged packet does: 0xffff, folded to 16 bits.
// Folding keeps the remainder by 0xffff, and only a sum of nothing but zeros is 0.
constexpr bool is_sum_good(OnesSum sum) noexcept { return sum.value % 0xffffU == 0 && sum.value != 0; }

// Whether a UDP or TCP segment fits its pseudo header (RFC 768, RFC 9293 3.1, RFC 8200 8.1). `addresses` is the sum
// over both addresses; the pseudo headers of IPv4 and IPv6 differ in nothing else that changes a sum.
inline Checksum verify_transport(OnesSum addresses, std::uint8_t protocol, Bytes segment) noexcept {
  // Length and protocol as 32-bit big-endian numbers; IPv4's 16-bit fields add the same words.
  const OnesSum length{detail::byte_swapped(static_cast<std::uint32_t>(segment.size()))};
  const OnesSum number{detail::byte_swapped(static_cast<std::uint32_t>(protocol))};
  const OnesSum pseudo = add_ones(addresses, add_ones(length, number));
  return is_sum_good(add_ones(pseudo, ones_sum(segment))) ? Checksum::good : Checksum::bad;
}

}  // namespace wirecause
