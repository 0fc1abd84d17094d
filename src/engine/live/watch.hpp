// One live run: taps, collectors and drops in, findings out. The only entry point of engine for commands that watch.
//
// Runs on the calling thread until `stop` becomes readable, the duration is over, or a finding ends it. Opens everything
// that takes a privilege first, then drops all capabilities for good: call it last. What could not be opened is an
// EvidenceGap, not an Error, unless nothing is left to watch.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "base/result.hpp"
#include "engine/analyze.hpp"
#include "engine/live/options.hpp"
#include "evidence/live_symptom.hpp"

namespace wirecause {

struct WatchCallbacks {
  // Once, when packets are being taken and drops counted: from here on what happens is seen.
  std::function<void(const LiveSummary&)> started;
  std::function<void(const LiveSymptom&)> symptom;
  // At first, and again when its severity or verdict changed or its share doubled (diagnose/telling.hpp).
  std::function<void(const Finding&)> finding;
};

// `stop`: a descriptor that becomes readable when the run shall end (a signal); -1: none. Errors: usage (nothing to
// watch), not_found (an interface, a namespace), permission (no tap and no socket could be opened), bad_input (--filter).
Result<AnalysisResult> watch(const WatchOptions& options, const WatchCallbacks& callbacks, int stop);

}  // namespace wirecause
