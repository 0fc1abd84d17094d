// Square roots of integers, for deviations and correlations: the same bits on every machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wirecause::tcp {

__extension__ using Wide = __int128;

// The largest integer whose square is not above `of`; `of` is below 2^126 and not negative.
constexpr std::uint64_t root(Wide of) {
  std::uint64_t low = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 62U; bit != 0; bit >>= 1U) {
    const Wide tried = low | bit;
    if (tried * tried <= of) low |= bit;
  }
  return low;
}

}  // namespace wirecause::tcp
