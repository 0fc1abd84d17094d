// SPDX-License-Identifier: Apache-2.0
#include "diagnose/telling.hpp"

#include <algorithm>

namespace wirecause {
namespace {

ToldFinding told_of(const Finding& finding) { return {finding.verdict, finding.severity, finding.share}; }

// In one order, whichever of them the finding is of.
std::vector<std::string_view> causes_of(const Finding& finding) {
  std::vector<std::string_view> causes = finding.undecided_with;
  causes.push_back(finding.cause->id);
  std::ranges::sort(causes);
  return causes;
}

}  // namespace

bool is_worth_telling_again(const ToldFinding& before, const Finding& now) {
  const ToldFinding after = told_of(now);
  if (after.verdict != before.verdict || after.severity != before.severity) return true;
  // Without overflow; from nothing to something is growth, too.
  return after.share > before.share && after.share - before.share >= before.share;
}

bool FindingTeller::tell(const Finding& finding) {
  auto key = std::pair(finding.subject, causes_of(finding));
  const auto found = told_.find(key);
  if (found == told_.end()) {
    if (told_.size() >= kMostFindings) return false;
    told_.emplace(std::move(key), told_of(finding));
    return true;
  }
  if (!is_worth_telling_again(found->second, finding)) return false;
  found->second = told_of(finding);
  return true;
}

}  // namespace wirecause
