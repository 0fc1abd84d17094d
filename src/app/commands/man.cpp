// wirecause man: the man page, made from the tables of all commands.
// SPDX-License-Identifier: Apache-2.0
#include "app/man_page.hpp"

#include "app/command.hpp"
#include "app/output.hpp"

namespace wirecause {
namespace {

constexpr Example kExamples[] = {{.command = "wirecause man | man -l -", .says = "read it without installing it"}};

Result<Exit> run(const Arguments& /*arguments*/) {
  WC_TRY(print(man_page()));
  return Exit::nothing_wrong;
}

}  // namespace

extern constinit const Command command_man{
    .id = "man",
    .summary = "print the man page wirecause(1), in roff",
    .description =
        "The page is made from the same tables as the help screens, so it cannot differ from them. "
        "cmake --install puts it where man finds it.",
    .positionals = {},
    .options = {},
    .examples = kExamples,
    .run = &run,
};

}  // namespace wirecause
