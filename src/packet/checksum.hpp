// The Internet checksum (RFC 1071) and its verification for IPv4, UDP and TCP.
//
// Sums are kept in the byte order of the machine: the ones' complement sum of swapped words is the swapped sum, and a
// correct packet sums to 0xffff, which reads the same either way (RFC 1071, 2B).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
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

namespace detail {
inline std::uint64_t word(const std::byte* p) noexcept { return load<std::uint64_t>(p); }

// 32 bytes from the n-th on: a mask that keeps the last n of 32.
constexpr std::array<std::byte, 64> last_bytes() noexcept {
  std::array<std::byte, 64> mask{};
  for (std::size_t i = 32; i < mask.size(); ++i) mask[i] = std::byte{0xff};
  return mask;
}
alignas(64) inline constexpr std::array<std::byte, 64> kLastBytes = last_bytes();
}  // namespace detail

static_assert(std::endian::native == std::endian::little, "words are summed as they lie in memory");

OnesSum short_ones_sum(Bytes bytes) noexcept;  // of fewer than 32 bytes

// Four independent chains hide the latency of add-with-carry: 32 bytes a turn, 17 bytes a cycle. What is left over at
// the end is read as the last 32 bytes with those already added masked out, because its length is as good as random and a
// mispredicted branch costs more than the rest of the sum.
inline OnesSum ones_sum(Bytes bytes) noexcept {
  constexpr std::size_t kBlock = 32;
  if (bytes.size() < kBlock) return short_ones_sum(bytes);
  const std::byte* p = bytes.data();
  std::size_t left = bytes.size();
  OnesSum a{detail::word(p)};
  OnesSum b{detail::word(p + 8)};
  OnesSum c{detail::word(p + 16)};
  OnesSum d{detail::word(p + 24)};
  for (left -= kBlock, p += kBlock; left >= kBlock; left -= kBlock, p += kBlock) {
    a = add_ones(a, {detail::word(p)});
    b = add_ones(b, {detail::word(p + 8)});
    c = add_ones(c, {detail::word(p + 16)});
    d = add_ones(d, {detail::word(p + 24)});
  }
  const std::byte* const last = p + left - kBlock;
  const std::byte* const mask = detail::kLastBytes.data() + left;
  const auto kept = [&](std::size_t at) { return OnesSum{detail::word(last + at) & detail::word(mask + at)}; };
  const OnesSum rest = add_ones(add_ones(kept(0), kept(8)), add_ones(kept(16), kept(24)));
  // Behind an odd number of bytes the two halves of every 16-bit word are exchanged: rotated by one byte they fit again.
  const OnesSum fitting{std::rotl(rest.value, (left & 1U) != 0 ? 8 : 0)};
  return add_ones(add_ones(add_ones(a, b), add_ones(c, d)), fitting);
}

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
