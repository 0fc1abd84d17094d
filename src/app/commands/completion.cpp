// wirecause completion SHELL: the completion script, made from the tables of all commands.
// SPDX-License-Identifier: Apache-2.0
#include "app/bash_completion.hpp"
#include "app/command.hpp"
#include "app/output.hpp"

namespace wirecause {
namespace {

std::vector<std::string_view> shells() { return {"bash"}; }

constexpr Positional kPositionals[] = {{.name = "SHELL", .brief = "the shell to complete in", .values = &shells}};

constexpr Example kExamples[] = {
    {.command = "wirecause completion bash > ~/.local/share/bash-completion/completions/wirecause",
     .says = "complete commands, options and cause ids from the next shell on"}};

Result<Exit> run(const Arguments& /*arguments*/) {
  WC_TRY(print(bash_completion()));
  return Exit::nothing_wrong;
}

}  // namespace

extern constinit const Command command_completion{
    .id = "completion",
    .summary = "print the completion script for a shell",
    .description = "Commands, options, their fixed values and the ids of causes; file names elsewhere.",
    .positionals = kPositionals,
    .options = {},
    .examples = kExamples,
    .run = &run,
};

}  // namespace wirecause
