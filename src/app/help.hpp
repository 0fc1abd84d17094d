// Help screens from the tables: the short one (-h, one screen of 24 lines by 100 columns) and the long one (--help).
// The man page and the completion are made from the same tables (man_page.hpp, bash_completion.hpp).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "app/command.hpp"

namespace wirecause {

struct ExitMeaning {
  Exit code;
  std::string_view meaning;
};

// What the program is, in one line and in paragraphs; its options beside those of the commands; its exit codes.
std::string_view program_summary();
std::string_view program_description();
std::span<const Option> program_options();
std::span<const ExitMeaning> exit_meanings();
std::string_view environment_help();

// "analyze [OPTION]... FILE...": all options are one word.
std::string synopsis(const Command& command);
// "--from TIME"
std::string signature(const Option& option);
// Its brief, and whether it may be repeated: for the manual. The one screen of -h has no room for that.
std::string described(const Option& option);

std::string short_help();
std::string long_help();
std::string short_help(const Command& command);
std::string long_help(const Command& command);

}  // namespace wirecause
