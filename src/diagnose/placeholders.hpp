// The values that stand for {placeholders}, and the filling of one text with them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace wirecause {

using PlaceholderValues = std::map<std::string_view, std::string>;

// A command line. The error names the first placeholder without a value that a shell takes as one plain word; {file} is
// quoted instead.
Result<std::string> fill_command(std::string_view text, const PlaceholderValues& values);

// A sentence for people. What has no value stays readable: "(port not known)".
std::string fill_sentence(std::string_view text, const PlaceholderValues& values);

}  // namespace wirecause
