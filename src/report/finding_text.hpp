// One finding as text: in full (the first, and all with --details), shorter (the others), or one line (infos).
// Used by formats/text.cpp. The order of findings is diagnose's and is not touched here.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include "report/analysis.hpp"
#include "report/text_field.hpp"

namespace wirecause {

inline constexpr std::size_t kEverything = std::numeric_limits<std::size_t>::max();

// SEVERITY PLACE · when · act, then cause and subject, then lost/path/why/… as far as they are known.
// At most `max_lines` lines of `width` columns where that is possible; with kEverything, all actions and all
// prevention.
Lines full_block(const Analysis& analysis, const Finding& finding, std::size_t max_lines, std::size_t width);

// Heading, and cause with subject and impact: two lines.
Lines short_block(const Analysis& analysis, const Finding& finding, std::size_t width);

// "INFO      net_reordering  feed X line A: …"
std::string info_line(const Finding& finding, std::size_t width);

// "net_line_loss", "net_line_loss or capture_dropped", "net_line_loss (not proved)".
std::string cause_text(const Finding& finding);

// `other` is the second half of `finding`: the evidence leaves both, so they are told as one.
bool is_told_with(const Finding& finding, const Finding& other);

}  // namespace wirecause
