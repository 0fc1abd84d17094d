// `findings[]` and `verdict` of wirecause.analysis/1.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "diagnose/finding.hpp"
#include "report/format.hpp"
#include "report/json_value.hpp"

namespace wirecause {

Json json_of(const Finding& finding, const ReportOptions& options);
Json json_of(const DiagnosisVerdict& verdict);

}  // namespace wirecause
