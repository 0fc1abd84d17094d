// SPDX-License-Identifier: Apache-2.0
#include "packet/checksum.hpp"

namespace wirecause {
namespace {

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

OnesSum short_ones_sum(Bytes bytes) noexcept {
  OnesSum sum;
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) sum = add_ones(sum, {detail::load<std::uint64_t>(bytes.data())});
  return add_ones(sum, {short_word(bytes)});
}

}  // namespace wirecause
