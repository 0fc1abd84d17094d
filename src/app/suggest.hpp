// "Did you mean …": the known name nearest to what was typed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace wirecause {

// Insertions, deletions, substitutions and swaps of neighbours that turn one into the other (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate that `typed` begins, or the one with the least edit distance when at most a third of it is wrong.
// Nothing where no candidate is near: a wild guess is worse than none. The first wins a tie.
std::optional<std::string_view> nearest(std::string_view typed, std::span<const std::string_view> candidates);

}  // namespace wirecause
