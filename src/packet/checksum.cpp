// SPDX-License-Identifier: Apache-2.0
#include "packet/checksum.hpp"

#include <array>
#include <bit>

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

// Fewer than 32 bytes.
OnesSum short_sum(Bytes bytes) noexcept {
  OnesSum sum;
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) sum = add_ones(sum, {word(bytes.data())});
  return add_ones(sum, {short_word(bytes)});
}

// 32 bytes from the n-th on: a mask that keeps the last n of 32.
constexpr std::array<std::byte, 64> last_bytes() {
  std::array<std::byte, 64> mask{};
  for (std::size_t i = 32; i < mask.size(); ++i) mask[i] = std::byte{0xff};
  return mask;
}
alignas(64) constexpr std::array<std::byte, 64> kLastBytes = last_bytes();

}  // namespace

static_assert(std::endian::native == std::endian::little,
              "short_word() and the last word of ones_sum() place their bytes so");

// Four independent chains hide the latency of add-with-carry: 32 bytes a turn, 17 bytes a cycle. What is left over at
// the end is read as the last 32 bytes with those already added masked out, because its length is as good as random and a
// mispredicted branch costs more than the rest of the sum.
OnesSum ones_sum(Bytes bytes) noexcept {
  constexpr std::size_t kBlock = 32;
  if (bytes.size() < kBlock) return short_sum(bytes);
  const std::byte* p = bytes.data();
  std::size_t left = bytes.size();
  OnesSum a{word(p)};
  OnesSum b{word(p + 8)};
  OnesSum c{word(p + 16)};
  OnesSum d{word(p + 24)};
  for (left -= kBlock, p += kBlock; left >= kBlock; left -= kBlock, p += kBlock) {
    a = add_ones(a, {word(p)});
    b = add_ones(b, {word(p + 8)});
    c = add_ones(c, {word(p + 16)});
    d = add_ones(d, {word(p + 24)});
  }
  const std::byte* const last = p + left - kBlock;
  const std::byte* const mask = kLastBytes.data() + left;
  const auto kept = [&](std::size_t at) { return OnesSum{word(last + at) & word(mask + at)}; };
  const OnesSum rest = add_ones(add_ones(kept(0), kept(8)), add_ones(kept(16), kept(24)));
  // Behind an odd number of bytes the two halves of every 16-bit word are exchanged: rotated by one byte they fit again.
  const OnesSum fitting{std::rotl(rest.value, (left & 1U) != 0 ? 8 : 0)};
  return add_ones(add_ones(add_ones(a, b), add_ones(c, d)), fitting);
}

}  // namespace wirecause
