// What `wirecause analyze` was asked to do: from what was typed to what it means.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "base/result.hpp"
#include "diagnose/cause.hpp"
#include "engine/options.hpp"
#include "report/format.hpp"

namespace wirecause {

struct PayloadTarget {
  bool of_client = false;
  std::string path;  // of a new file; or "-"
};

struct AnalyzeRequest {
  AnalysisOptions options;
  const ReportFormat* format = nullptr;
  bool details = false;
  std::string plot;                                     // file for the graph of options.connection; empty: none
  std::vector<PayloadTarget> payload;                   // of options.connection
  std::optional<Severity> fail_on = Severity::warning;  // none: never
};

// Errors: usage, naming the option, what is wrong with its value, and what one looks like.
Result<AnalyzeRequest> analyze_request(const Arguments& arguments);

}  // namespace wirecause
