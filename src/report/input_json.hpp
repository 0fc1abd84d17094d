// `inputs[]` and `observer` of wirecause.analysis/1.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "evidence/run_summary.hpp"
#include "report/analysis.hpp"
#include "report/format.hpp"
#include "report/json_value.hpp"

namespace wirecause {

Json json_of(const InputSummary& input, const ReportOptions& options);
Json observer_json(const Analysis& analysis);

}  // namespace wirecause
