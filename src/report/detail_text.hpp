// What --details adds below the report that is read in thirty seconds: every finding in full with its evidence, every
// feed, input and unrecognised stream, and how to see what was not seen. Used by formats/text.cpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report/analysis.hpp"
#include "report/format.hpp"
#include "report/text_field.hpp"

namespace wirecause {

Lines detail_lines(const Analysis& analysis, const ReportOptions& options);

}  // namespace wirecause
