// Which options named something that the captures do not show: an endpoint without a datagram, a framing that nothing is.
// Who typed a wrong address must not be told that nothing is wrong.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "engine/line_book.hpp"
#include "engine/options.hpp"
#include "engine/stream_table.hpp"
#include "evidence/run_summary.hpp"

namespace wirecause {

// In the order of the options; at the end of a run.
std::vector<UnmatchedOption> unmatched_options(const AnalysisOptions& options, const StreamTable& streams,
                                               const LineBook& lines);

}  // namespace wirecause
