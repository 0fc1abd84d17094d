// SPDX-License-Identifier: Apache-2.0
#include "diagnose/telling.hpp"

namespace wirecause {
namespace {

ToldFinding told_of(const Finding& finding) {
  return {finding.verdict, finding.severity, finding.undecided_with.empty(), finding.share};
}

}  // namespace

bool is_worth_telling_again(const ToldFinding& before, const Finding& now) {
  const ToldFinding after = told_of(now);
  if (after.verdict != before.verdict || after.severity != before.severity) return true;
  if (after.is_decided != before.is_decided) return true;
  // Without overflow; from nothing to something is growth, too.
  return after.share > before.share && after.share - before.share >= before.share;
}

bool FindingTeller::tell(const Finding& finding) {
  const auto key = std::pair(finding.cause->id, finding.subject);
  const auto found = told_.find(key);
  if (found == told_.end()) {
    if (told_.size() >= kMostFindings) return false;
    told_.emplace(key, told_of(finding));
    return true;
  }
  if (!is_worth_telling_again(found->second, finding)) return false;
  found->second = told_of(finding);
  return true;
}

}  // namespace wirecause
