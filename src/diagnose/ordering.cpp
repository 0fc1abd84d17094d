// SPDX-License-Identifier: Apache-2.0
#include "diagnose/ordering.hpp"

#include <algorithm>
#include <tuple>

#include "diagnose/shares.hpp"

namespace wirecause {
namespace {

bool is_alarm(const Finding& finding) { return finding.severity >= Severity::warning; }

bool is_second_of_pair(const Finding& finding) {
  return !finding.undecided_with.empty() && is_about_capture(*finding.cause);
}

// Greater comes first; ids and subjects, which must not be turned round, follow in comes_before().
auto weight(const Finding& finding) {
  const bool counted = !is_second_of_pair(finding);
  return std::tuple(is_alarm(finding), counted ? finding.lost : 0, counted ? finding.share : 0, finding.lost_ns,
                    counted ? static_cast<int>(finding.strength) : 0, -finding.cause->path_order);
}

bool comes_before(const Finding& a, const Finding& b) {
  if (weight(a) != weight(b)) return weight(a) > weight(b);
  return std::tuple(a.cause->id, a.subject) < std::tuple(b.cause->id, b.subject);
}

}  // namespace

std::vector<Actor> actors_of(const Finding& finding) {
  std::vector<Actor> actors{finding.cause->runbook.act};
  for (const std::string_view id : finding.undecided_with) {
    const Cause* const other = find_cause(id);
    if (other == nullptr || std::ranges::find(actors, other->runbook.act) != actors.end()) continue;
    actors.push_back(other->runbook.act);
  }
  return actors;
}

void order_findings(std::vector<Finding>& findings) { std::ranges::stable_sort(findings, comes_before); }

DiagnosisVerdict verdict_over(std::span<const Finding> findings) {
  DiagnosisVerdict verdict;
  if (findings.empty() || !is_alarm(findings.front())) return verdict;
  const Finding& top = findings.front();
  verdict.place = top.place;
  verdict.ongoing = top.ongoing;
  verdict.act = top.cause->runbook.act;
  verdict.acts = actors_of(top);
  return verdict;
}

}  // namespace wirecause
