// SPDX-License-Identifier: Apache-2.0
#include "diagnose/diagnose.hpp"

#include <utility>

#include "diagnose/folding.hpp"
#include "diagnose/grouping.hpp"
#include "diagnose/judging.hpp"
#include "diagnose/ordering.hpp"
#include "diagnose/runbook_text.hpp"
#include "diagnose/shares.hpp"

namespace wirecause {

Diagnosis diagnose(const Timeline& timeline, std::span<const Episode> episodes) {
  const EvidenceView view(timeline);
  std::vector<Judged> judged = judge_all(view, episodes);
  settle_shares(episodes, judged);
  group_connections(episodes, judged);
  Folded folded = fold(view, episodes, judged);
  for (std::size_t i = 0; i < folded.findings.size(); ++i) fill_runbook(view, folded.scenes[i], folded.findings[i]);
  Diagnosis diagnosis;
  diagnosis.findings = std::move(folded.findings);
  order_findings(diagnosis.findings);
  diagnosis.verdict = verdict_over(diagnosis.findings);
  return diagnosis;
}

}  // namespace wirecause
