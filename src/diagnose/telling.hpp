// Whether a finding that grows is worth another line while a live run goes on: one line a finding, not a flood.
//
// Asked for every finding of every diagnosis of a live run (engine/live). It is told when it is new, when its severity or
// verdict changed, and when what it explains doubled: at most 64 times for growth alone. Findings are told apart by their
// subject and the set of causes that remain: "A or B" and "B or A" are one. Bounded: what does not fit any more is left to
// the report.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "diagnose/finding.hpp"

namespace wirecause {

// What was said of a finding when it was told last.
struct ToldFinding {
  Verdict verdict = Verdict::named;
  Severity severity = Severity::info;
  std::uint64_t share = 0;  // units explained
};

bool is_worth_telling_again(const ToldFinding& before, const Finding& now);

class FindingTeller {
 public:
  static constexpr std::size_t kMostFindings = 4'096;  // causes times consumers of a large host

  // True: it is to be told now, and is taken as told.
  bool tell(const Finding& finding);

 private:
  using Causes = std::vector<std::string_view>;  // ids, sorted

  std::map<std::pair<Subject, Causes>, ToldFinding> told_;
};

}  // namespace wirecause
