// `analyze --connection N`: one connection as a ladder, and as a graph where one was asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analyze_options.hpp"
#include "base/result.hpp"
#include "engine/analyze.hpp"

namespace wirecause {

// Prints the ladder; writes request.plot. Errors: there is no such connection, or the file cannot be written.
Result<void> report_connection(const AnalysisResult& result, const AnalyzeRequest& request, int width);

}  // namespace wirecause
