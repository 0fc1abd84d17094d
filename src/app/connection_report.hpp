// `analyze --connection N`: one connection as a ladder or as JSON, and as a graph or its bytes where they were asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "app/analyze_options.hpp"
#include "app/payload_file.hpp"
#include "base/result.hpp"
#include "engine/analyze.hpp"

namespace wirecause {

using PayloadFiles = std::vector<std::unique_ptr<PayloadFile>>;

// Makes the files that --payload names, to be filled by the run. Errors: io, one is there already or cannot be made.
Result<PayloadFiles> open_payload(AnalyzeRequest& request);

// Prints the ladder or the JSON, unless payload goes to standard output; writes request.plot; closes the payload. Errors: there is no
// such connection, or a file cannot be written.
Result<void> report_connection(const AnalysisResult& result, const AnalyzeRequest& request, const PayloadFiles& payload,
                               int width);

}  // namespace wirecause
