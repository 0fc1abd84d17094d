// `feeds[]` and `unrecognised[]` of wirecause.analysis/1.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "feed/summary.hpp"
#include "report/format.hpp"
#include "report/json_value.hpp"

namespace wirecause {

Json json_of(const FeedSummary& feed, const ReportOptions& options);
Json json_of(const UnrecognisedStream& stream);

}  // namespace wirecause
