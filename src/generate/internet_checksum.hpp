// The Internet checksum (RFC 1071) as a sender computes it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace wirecause::generate {

// One's-complement sum of 16-bit words, not yet folded or inverted; an odd last byte is padded with zero. Add the parts
// of a message by passing the sum of the part before, which must have an even length.
std::uint64_t ones_complement_sum(std::span<const std::byte> bytes, std::uint64_t sum = 0) noexcept;

// The folded sum, and the checksum field that it gives.
std::uint16_t folded(std::uint64_t sum) noexcept;
inline std::uint16_t internet_checksum(std::uint64_t sum) noexcept {
  return static_cast<std::uint16_t>(~static_cast<unsigned>(folded(sum)));
}

}  // namespace wirecause::generate
