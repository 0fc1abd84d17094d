// Enumerators of the feed summaries as words, the same in text and JSON.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "evidence/record.hpp"
#include "feed/summary.hpp"

namespace wirecause {

std::string_view text(ClosedBy closed_by);  // "recovered"
std::string_view text(SequenceUnit unit);   // "message"
std::string_view text(Unit unit);           // "per_million"; "none" where a value has no unit

}  // namespace wirecause
