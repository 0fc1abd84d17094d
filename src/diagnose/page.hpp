// The page of one cause in Markdown, from its table alone: docs/causes/<id>.md is this text, and a test compares them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "diagnose/cause.hpp"

namespace wirecause {

// Mechanism, look-alike, the evidence that it needs, the five steps, who acts and what to ask. An action that is not
// safe now is commented out, so that a pasted page does no harm; {placeholders} stand as they are.
std::string cause_markdown(const Cause& cause);

}  // namespace wirecause
