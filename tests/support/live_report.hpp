// What a live run would report if it ended now, of a LiveLab: trackers copied, settled, joined with the host's evidence.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "engine/assembly.hpp"
#include "engine/live/host_evidence.hpp"
#include "support/live_lab.hpp"

namespace wirecause::test {

struct LabReport {
  AnalysisResult result;
  std::vector<Episode> episodes;
  Timeline timeline;

  // Of the first line on that socket; every test that asks has one.
  ConsumerSummary consumer(std::uint64_t cookie) const {
    for (const ConsumerSummary& sum : result.consumers) {
      if (sum.cookie == cookie && !sum.absent) return sum;
    }
    ADD_FAILURE() << "no consumer with socket " << cookie;
    return {};
  }
  std::vector<Episode> of(Symptom symptom) const {
    std::vector<Episode> found;
    for (const Episode& episode : episodes) {
      if (episode.symptom == symptom) found.push_back(episode);
    }
    return found;
  }
  const Record* measured(const Episode& episode, std::string_view name) const {
    const auto id = EvidenceView(timeline).of_episode(episode, name);
    return id ? &timeline.record(*id) : nullptr;
  }
};

class LabReporter {
 public:
  explicit LabReporter(LiveLab& lab, bool has_probe = true) : lab_(&lab), has_probe_(has_probe) {}

  LabReport report(DurationNs after = seconds(5)) {
    HostEvidence::Run run;
    run.front = &lab_->front;
    run.back = &lab_->back;
    run.consumers = &lab_->consumers;
    run.join = &lab_->joined();
    run.early = &lab_->early;
    run.host = &book;
    run.inputs = &lab_->inputs;
    run.probe = has_probe_ ? &lab_->probe : nullptr;
    run.measures = &measures_;
    run.started = kLabStart - seconds(1);
    run.now = lab_->newest() + after;
    HostEvidence host(run);
    Back settled(lab_->back);
    settled.finish(run.now);
    Assembly assembly(lab_->captures, lab_->front, lab_->analysis, &host);
    assembly.add(settled);
    AnalysisResult result = assembly.result();
    return {std::move(result), assembly.episodes(), assembly.timeline()};
  }

  HostBook book;

 private:
  LiveLab* lab_;
  bool has_probe_;
  MeasureBook measures_;
};

}  // namespace wirecause::test
