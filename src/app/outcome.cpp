// SPDX-License-Identifier: Apache-2.0
#include "app/outcome.hpp"

#include <algorithm>
#include <utility>

#include "app/version.hpp"
#include "report/advice.hpp"

namespace wirecause {

Analysis analysis_of(AnalysisResult result) {
  Analysis analysis;
  analysis.version = version();
  analysis.inputs = std::move(result.inputs);
  analysis.feeds = std::move(result.feeds);
  analysis.unrecognised = std::move(result.unrecognised);
  analysis.unrecognised_total = result.unrecognised_total;
  analysis.unrecognised_cut_packets = result.unrecognised_cut_packets;
  analysis.tcp = std::move(result.tcp);
  analysis.diagnosis = std::move(result.diagnosis);
  analysis.observer = std::move(result.observer);
  analysis.consumers = std::move(result.consumers);
  analysis.path = std::move(result.path);
  analysis.live = std::move(result.live);
  return analysis;
}

Exit exit_of(const Analysis& analysis, std::optional<Severity> fail_on) {
  const auto counts = [&](const Finding& finding) { return fail_on && finding.severity >= *fail_on; };
  if (std::ranges::any_of(analysis.diagnosis.findings, counts)) return Exit::finding;
  return is_blind(analysis) ? Exit::blind : Exit::nothing_wrong;
}

}  // namespace wirecause
