// A sentence with its numbers kept apart, so that the sentence over many episodes is the same one with summed numbers,
// and a test can recompute every number (decisions, "What users see").
//
// `text` holds {name} for a figure, {name:noun} for a figure with its noun in the right number ("1 hole", "3 holes").
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/record.hpp"

namespace wirecause {

enum class Fold : std::uint8_t { sum, largest };  // over episodes

struct Figure {
  std::string_view name;
  std::uint64_t value = 0;
  Fold fold = Fold::sum;
  Unit unit = Unit::none;  // nanoseconds, bytes and per_million are printed for people
  std::string text{};      // instead of the number, where a word stands: a line's name, a session
};

struct Reason {
  std::string text;
  std::vector<Figure> figures;
};

// The filled sentence. A {name} without a figure stays as it is: it is ours to fix, and a test looks for braces.
std::string sentence(const Reason& reason);

// Adds the figures of `other`, which must have the same text.
void fold_into(Reason& reason, const Reason& other);

}  // namespace wirecause
