// Placeholders of runbooks that only a live run can fill: this host's present settings, for the fix and its undo.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "diagnose/finding.hpp"
#include "diagnose/folding.hpp"
#include "diagnose/placeholders.hpp"
#include "evidence/timeline.hpp"

namespace wirecause {

// Adds what is known; a value that is there already stays.
void put_live_values(PlaceholderValues& values, const EvidenceView& view, const Scene& scene, const Finding& finding);

std::vector<std::string_view> live_placeholder_names();

}  // namespace wirecause
