// What a finding did, in words: units lost and recovered, and when. Used by finding_text and live_line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "report/analysis.hpp"

namespace wirecause {

// "message" or "packet": what the feed that the finding is about numbers; "unit" where feeds differ.
std::string_view unit_noun(const Analysis& analysis, const Finding& finding);

// True when the finding's units were missing, false when they were late, doubled or none at all.
bool is_loss(const Finding& finding);

// "1 204 of 8 000 113 messages (0.015 %) in 3 holes 09:30:00.118–00.431; 1 180 recovered, 24 lost for good";
// empty when the finding is not about units.
std::string impact_text(const Finding& finding, std::string_view noun);

// "over since 09:30:00.431", "ongoing since …"; empty when the time is not known.
std::string when_text(const Finding& finding);

}  // namespace wirecause
