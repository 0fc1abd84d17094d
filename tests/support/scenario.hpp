// One cause, the evidence on which it is named, and what decides: what property tests vary.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "support/evidence_builder.hpp"

namespace wirecause::testing {

struct Scenario {
  std::string_view cause;
  EvidenceBuilder evidence;
  Episode episode;
  std::string_view decisive;  // without this record the cause is not named any more; empty: without the kernel's reason

  Scenario without_decisive() const {
    Scenario rest{cause, evidence.without(decisive), episode, decisive};
    if (decisive.empty()) rest.episode.drop->reason.clear();
    return rest;
  }
};

}  // namespace wirecause::testing
