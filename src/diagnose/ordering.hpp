// The order of findings and the verdict over them (DESIGN D7).
//
// What is at or above warning comes before what is only worth knowing; within each, units lost for good, then share,
// then strength, then the path from publisher to application, then id. Of two causes that are undecided between each
// other the capture stands second: its units are the same ones and are counted once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "diagnose/finding.hpp"

namespace wirecause {

void order_findings(std::vector<Finding>& findings);

// Over ordered findings.
DiagnosisVerdict verdict_over(std::span<const Finding> findings);

}  // namespace wirecause
