// The page of one cause in Markdown: docs/causes/<id>.md is this text, and a test compares them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "diagnose/cause.hpp"

namespace wirecause {

// {placeholders} stand as they are: there is no finding.
std::string cause_markdown(const Cause& cause);

}  // namespace wirecause
