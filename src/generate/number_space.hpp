// The wire numbers of a feed: units counted 0, 1, 2, ... from where an epoch begins, as the framing numbers and wraps
// them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "generate/framing_writer.hpp"

namespace wirecause::generate {

// The number of the unit that is `unit` after number `start`.
constexpr std::uint64_t wire_number(const FramingWriter& framing, std::uint64_t start, std::uint64_t unit) noexcept {
  if (framing.last_number == 0) return start + unit;
  if (unit <= framing.last_number - start) return start + unit;
  const std::uint64_t beyond = unit - (framing.last_number - start) - 1;
  return framing.wraps_to + beyond % (framing.last_number - framing.wraps_to + 1);
}

// How many units a packet may hold that begins at `number`: a packet does not cross the wrap.
constexpr std::uint64_t units_to_wrap(const FramingWriter& framing, std::uint64_t number) noexcept {
  return framing.last_number == 0 ? ~std::uint64_t{0} : framing.last_number - number + 1;
}

}  // namespace wirecause::generate
