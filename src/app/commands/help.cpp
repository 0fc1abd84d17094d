// wirecause help [COMMAND]: the manual of the program, or of one command.
// SPDX-License-Identifier: Apache-2.0
#include "app/help.hpp"

#include "app/output.hpp"

namespace wirecause {
namespace {

std::vector<std::string_view> command_ids() {
  std::vector<std::string_view> ids;
  for (const Command* command : all_commands()) ids.push_back(command->id);
  return ids;
}

constexpr Positional kPositionals[] = {
    {.name = "COMMAND", .brief = "the command; none: the whole program", .required = false, .values = &command_ids}};

constexpr Example kExamples[] = {{.command = "wirecause help analyze", .says = "every option of analyze, explained"}};

Result<Exit> run(const Arguments& arguments) {
  const auto& names = arguments.positionals();
  WC_TRY(print(names.empty() ? long_help() : long_help(*find_command(names.front()))));
  return Exit::nothing_wrong;
}

}  // namespace

extern constinit const Command command_help{
    .id = "help",
    .summary = "the manual of the program or of one command",
    .description = "The same as wirecause --help, or wirecause COMMAND --help.",
    .positionals = kPositionals,
    .options = {},
    .examples = kExamples,
    .run = &run,
};

}  // namespace wirecause
