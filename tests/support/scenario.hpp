// One cause, the evidence on which it is named, and the record that decides: what property tests vary.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "support/evidence_builder.hpp"

namespace wirecause::testing {

struct Scenario {
  std::string_view cause;
  EvidenceBuilder evidence;
  Episode episode;
  std::string_view decisive;  // without this record the cause is not named any more
};

}  // namespace wirecause::testing
