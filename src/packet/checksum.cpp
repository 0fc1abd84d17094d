// SPDX-License-Identifier: Apache-2.0
#include "packet/checksum.hpp"

namespace wirecause {
namespace {

std::uint64_t word(const std::byte* p) noexcept { return detail::load<std::uint64_t>(p); }

// 0 to 7 bytes, as if zeros followed them.
std::uint64_t short_word(Bytes tail) noexcept {
  std::uint64_t value = 0;
  unsigned shift = 0;
  const std::byte* p = tail.data();
  if ((tail.size() & 4U) != 0) {
    value = detail::load<std::uint32_t>(p);
    shift = 32;
    p += 4;
  }
  if ((tail.size() & 2U) != 0) {
    value |= static_cast<std::uint64_t>(detail::load<std::uint16_t>(p)) << shift;
    shift += 16;
    p += 2;
  }
  if ((tail.size() & 1U) != 0) value |= std::to_integer<std::uint64_t>(*p) << shift;
  return value;
}

}  // namespace

static_assert(std::endian::native == std::endian::little,
              "short_word() and the last word of ones_sum() place their bytes so");

// Four independent chains hide the latency of add-with-carry: 32 bytes a turn, 17 bytes a cycle. What is left over at
// the end is read as the last 8 bytes with those already added shifted out: no branch on its length.
OnesSum ones_sum(Bytes bytes) noexcept {
  if (bytes.size() < 8) return {short_word(bytes)};
  OnesSum a;
  OnesSum b;
  OnesSum c;
  OnesSum d;
  const std::byte* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 32; left -= 32, p += 32) {
    a = add_ones(a, {word(p)});
    b = add_ones(b, {word(p + 8)});
    c = add_ones(c, {word(p + 16)});
    d = add_ones(d, {word(p + 24)});
  }
  for (; left >= 8; left -= 8, p += 8) a = add_ones(a, {word(p)});
  if (left != 0) b = add_ones(b, {word(p + left - 8) >> (8 * (8 - left))});
  return add_ones(add_ones(a, b), add_ones(c, d));
}

Checksum verify_transport(OnesSum addresses, std::uint8_t protocol, Bytes segment) noexcept {
  // Length and protocol as 32-bit big-endian numbers; IPv4's 16-bit fields add the same words.
  const OnesSum length{detail::byte_swapped(static_cast<std::uint32_t>(segment.size()))};
  const OnesSum number{detail::byte_swapped(static_cast<std::uint32_t>(protocol))};
  const OnesSum pseudo = add_ones(addresses, add_ones(length, number));
  return is_sum_good(add_ones(pseudo, ones_sum(segment))) ? Checksum::good : Checksum::bad;
}

}  // namespace wirecause
