// Finding a framing by its id, and what a stream's numbers are once a description may decide it.
// SPDX-License-Identifier: Apache-2.0
#include "feed/framing.hpp"

#include <algorithm>

namespace wirecause {

const Framing* find_framing(std::string_view id) {
  const auto framings = all_framings();
  const auto found = std::find_if(framings.begin(), framings.end(), [id](const Framing* f) { return f->id == id; });
  return found == framings.end() ? nullptr : *found;
}

NumberSpace number_space(const Framing& framing, const FramingConfig& config) noexcept {
  const unsigned width = config.sequence.width;
  if (framing.configure == nullptr || width == 0 || width >= sizeof(std::uint64_t)) return framing.numbers;
  return {framing.numbers.first, (std::uint64_t{1} << (8 * width)) - 1};
}

SequenceUnit sequence_unit(const Framing& framing, const FramingConfig& config) noexcept {
  if (framing.configure == nullptr) return framing.unit;
  return config.count.width == 0 ? SequenceUnit::packet : SequenceUnit::message;
}

NumberFields number_fields(const Framing& framing, const FramingConfig& config) noexcept {
  if (framing.configure == nullptr) return {framing.number_at, framing.count_at, framing.mark_at};
  return {config.sequence, config.count, {}};
}

}  // namespace wirecause
