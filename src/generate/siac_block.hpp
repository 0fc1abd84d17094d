// What the two SIAC block headers (CTA, OPRA) have in common: the checksum.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace wirecause::generate {

// Low 16 bits of the sum of all bytes of the block that starts at `start`; its checksum field must still be zero.
inline std::uint16_t siac_checksum(const std::vector<std::byte>& bytes, std::size_t start) noexcept {
  std::uint32_t sum = 0;
  for (std::size_t i = start; i < bytes.size(); ++i) sum += std::to_integer<std::uint32_t>(bytes[i]);
  return static_cast<std::uint16_t>(sum);
}

}  // namespace wirecause::generate
