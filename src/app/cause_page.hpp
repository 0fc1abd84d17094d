// The runbook of one cause as a page for people and as JSON (schema wirecause.cause/1), from its table alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "diagnose/cause.hpp"

namespace wirecause {

// The parts of diagnose/page.hpp in 100 columns; only a command may be longer. Placeholders such as {line} stand as they
// are: there is no finding.
std::string cause_page(const Cause& cause);

std::string cause_json(const Cause& cause);

}  // namespace wirecause
