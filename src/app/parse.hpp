// From what was typed after the command's name to Arguments, checked against the command's table. What the values mean
// is the command's own business.
//
// CLI11 splits the words (GNU style: --name value, --name=value, "--" ends the options, "-" is a file); its exceptions
// end here. Unknown names get a suggestion.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "app/command.hpp"

namespace wirecause {

// Errors: usage, as "<command> <what>: <why>; <what to do>".
Result<Arguments> parse_arguments(const Command& command, std::span<const std::string> words);

// True when -h or --help stands among the words before "--": help is given whatever else is wrong with the line.
bool asks_for(std::string_view option, std::span<const std::string> words);

}  // namespace wirecause
