// Everything a report may say about one run of `analyze` or `watch`: plain data, filled by app from engine's result.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnose/finding.hpp"
#include "evidence/consumer.hpp"
#include "evidence/path.hpp"
#include "evidence/run_summary.hpp"
#include "feed/summary.hpp"
#include "tcp/summary.hpp"

namespace wirecause {

struct Analysis {
  std::string version;  // of wirecause
  std::vector<InputSummary> inputs;
  std::vector<FeedSummary> feeds;
  std::vector<UnrecognisedStream> unrecognised;  // most packets first
  std::uint64_t unrecognised_total = 0;
  std::uint64_t unrecognised_cut_packets = 0;  // as AnalysisResult says
  tcp::TcpSummary tcp;
  Diagnosis diagnosis;
  ObserverSummary observer;
  // Live runs only: empty, and never written, for `analyze`.
  std::vector<ConsumerSummary> consumers;
  std::vector<PathPoint> path;
  std::optional<LiveSummary> live;
};

}  // namespace wirecause
