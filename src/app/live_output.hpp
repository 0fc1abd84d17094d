// Where a live run speaks: JSON Lines on standard output, or lines for people on standard error and the report on standard
// output. Made by the command `watch`; words are report's.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "app/stop_signals.hpp"
#include "app/watch_options.hpp"
#include "evidence/live_symptom.hpp"
#include "report/analysis.hpp"
#include "report/format.hpp"

namespace wirecause {

class LiveOutput {
 public:
  LiveOutput(const WatchRequest& request, const StopSignals& stop);

  void started(const LiveSummary& live);
  void symptom(const LiveSymptom& symptom);
  void finding(const Finding& finding);
  // Errors: io, when standard output refused this or an earlier line.
  Result<void> report(const Analysis& analysis);

 private:
  // A line that cannot be written ends the run.
  void say_json(std::string_view line);

  const bool json_;
  const bool details_;
  ReportOptions lines_;  // of lines for people
  const std::uint64_t max_list_;
  const StopSignals& stop_;
  std::optional<Error> refused_;
};

}  // namespace wirecause
