// Fills a cause's runbook for one finding: placeholders such as {group} get their values from evidence.
//
// Values come from captures that anybody may have written, and the text is meant to be pasted into a shell: a value
// goes into a command only if a shell takes it as one plain word; a file name is quoted. What has no such value makes
// the action "cannot be computed: <name> is not known: <the template>", never a guess (DESIGN D7).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "diagnose/finding.hpp"
#include "diagnose/folding.hpp"
#include "evidence/timeline.hpp"

namespace wirecause {

void fill_runbook(const EvidenceView& view, const Scene& scene, Finding& finding);

}  // namespace wirecause
