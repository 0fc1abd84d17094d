// The runbook of one cause as a page for people and as JSON (schema wirecause.cause/1), from its table alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "diagnose/cause.hpp"

namespace wirecause {

// Five steps in the order detection, isolation, mitigate, fix, prevention. An action that is not safe now is printed
// commented out, so that a pasted page does no harm. Placeholders such as {line} stand as they are: there is no
// finding.
std::string cause_page(const Cause& cause);

std::string cause_json(const Cause& cause);

}  // namespace wirecause
