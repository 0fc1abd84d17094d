// One off-line run: captures in, findings out. The only entry point of engine for commands that read files.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "capture/source.hpp"
#include "diagnose/finding.hpp"
#include "engine/options.hpp"
#include "evidence/consumer.hpp"
#include "evidence/path.hpp"
#include "evidence/run_summary.hpp"
#include "feed/summary.hpp"
#include "tcp/summary.hpp"
#include "tcp/trail.hpp"

namespace wirecause {

struct AnalysisResult {
  std::vector<InputSummary> inputs;
  std::vector<FeedSummary> feeds;
  std::vector<UnrecognisedStream> unrecognised;  // most packets first
  std::uint64_t unrecognised_total = 0;
  std::uint64_t unrecognised_cut_packets = 0;  // of streams that were mostly cut: too short to be recognised, perhaps
  tcp::TcpSummary tcp;
  tcp::Trail trail;  // of AnalysisOptions::connection
  Diagnosis diagnosis;
  ObserverSummary observer;
  // Live runs only.
  std::vector<ConsumerSummary> consumers;  // in order of feed, line, pid
  std::vector<PathPoint> path;             // by feed, then in the order of the path
  std::optional<LiveSummary> live;
  std::map<Subject, std::string> subject_names;  // of episodes, as people read them
};

using ProgressCallback = std::function<void(const RunProgress&)>;

// Opens options.files and analyses them. Errors: those of open_capture, with the file's name. A file that is cut or damaged
// further in is no error: inputs[] says where. `progress` may be empty; it is called about once per thousand packets.
Result<AnalysisResult> analyze(const AnalysisOptions& options, const ProgressCallback& progress);

// The same over sources that are open already (tests, fuzzing). sources[i] must carry i as the input of its views.
AnalysisResult analyze_sources(std::vector<std::unique_ptr<CaptureSource>> sources, const AnalysisOptions& options,
                               const ProgressCallback& progress);

}  // namespace wirecause
