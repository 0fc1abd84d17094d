// Colour on a terminal that has it (ReportOptions::colour). Applied last: widths are counted without it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "diagnose/cause.hpp"
#include "report/format.hpp"

namespace wirecause {

std::string severity_heading(Severity severity);  // "CRITICAL  ", ten columns

// The severity word in front of a line in its colour; any other line as it is.
std::string painted(std::string line, const ReportOptions& options);

}  // namespace wirecause
