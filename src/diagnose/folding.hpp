// Folds judgements into findings: one for each cause and subject over all episodes, decided and undecided kept apart.
//
// A judgement that cannot tell becomes a finding only where nothing else explains its episode: the user must see the
// symptom. What was ruled out is listed with a finding if it was ruled out in each of the finding's episodes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "diagnose/finding.hpp"
#include "diagnose/judging.hpp"

namespace wirecause {

// Whose names fill the runbook of a finding: its first episode's.
struct Scene {
  Subject line;  // kind run: there is none
  Subject feed;
  Subject consumer;                           // kind run: there is none
  std::optional<ConnectionFacts> connection;  // the one that lost most, or the server
  Subject connection_subject;                 // its number
  std::optional<std::uint32_t> input;         // whose frames show it
  std::vector<EvidenceId> measured;           // what was measured for its episodes
};

struct Folded {
  std::vector<Finding> findings;  // in order of first appearance; runbook texts not yet filled
  std::vector<Scene> scenes;      // of each finding
};

Folded fold(const EvidenceView& view, std::span<const Episode> episodes, std::span<const Judged> judged);

}  // namespace wirecause
