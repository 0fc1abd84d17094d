// From a run's result to what is reported, and to the exit code: the same for captures and live.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "app/command.hpp"
#include "diagnose/cause.hpp"
#include "engine/analyze.hpp"
#include "report/analysis.hpp"

namespace wirecause {

Analysis analysis_of(AnalysisResult result);

// 1: a finding from `fail_on` on (none: never), else 3: something that should have been visible was not, else 0.
Exit exit_of(const Analysis& analysis, std::optional<Severity> fail_on);

}  // namespace wirecause
