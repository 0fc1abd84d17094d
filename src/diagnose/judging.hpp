// Every cause judges every episode; what a small stream may be blamed for is capped here, once for all causes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "diagnose/cause.hpp"

namespace wirecause {

struct Judged {
  const Cause* cause = nullptr;
  std::size_t episode = 0;  // index
  Judgement judgement;
};

// In order of episode, then cause id.
std::vector<Judged> judge_all(const EvidenceView& view, std::span<const Episode> episodes);

}  // namespace wirecause
