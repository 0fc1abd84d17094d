// wirecause.analysis/1 as one object: printed by formats/json.cpp, and on one line at the end of a live run (live_line).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report/analysis.hpp"
#include "report/format.hpp"
#include "report/json_value.hpp"

namespace wirecause {

// `consumers`, `path` and `live` stand in it for live runs only.
Json analysis_json(const Analysis& analysis, const ReportOptions& options);

}  // namespace wirecause
