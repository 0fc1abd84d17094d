// What a live run knows beside the packets, as an assembly asks for it: facts, what was measured around an episode, the
// symptoms that only a host shows. An analysis of files has none.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "engine/analyze.hpp"
#include "evidence/episode.hpp"
#include "evidence/timeline.hpp"

namespace wirecause {

struct AssembledFeed;
struct RunHole;

class HostSide {
 public:
  virtual ~HostSide() = default;

  // Once, before any episode: facts of points, interfaces, consumers.
  virtual void publish(Timeline& timeline, std::span<const AssembledFeed> feeds) = 0;
  // An episode of loss that is complete; `holes`: those of its feed within its time, ordered by RunHole::before.
  virtual void add_to_loss(Episode& episode, std::span<const RunHole> holes, Timeline& timeline) = 0;
  // Symptoms of the host's own: drops behind the tap, absences; and to every symptom what the host's counters showed.
  virtual void add_episodes(std::vector<Episode>& episodes, Timeline& timeline) = 0;
  // Consumers and path.
  virtual void summarise(AnalysisResult& result) = 0;
};

}  // namespace wirecause
