// SPDX-License-Identifier: Apache-2.0
#include "generate/internet_checksum.hpp"

namespace wirecause::generate {

std::uint64_t ones_complement_sum(std::span<const std::byte> bytes, std::uint64_t sum) noexcept {
  std::size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2)
    sum += (std::to_integer<std::uint64_t>(bytes[i]) << 8U) | std::to_integer<std::uint64_t>(bytes[i + 1]);
  if (i < bytes.size()) sum += std::to_integer<std::uint64_t>(bytes[i]) << 8U;
  return sum;
}

std::uint16_t folded(std::uint64_t sum) noexcept {
  while (sum >> 16U != 0) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(sum);
}

}  // namespace wirecause::generate
