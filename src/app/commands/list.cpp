// wirecause list KIND: what this build knows, from its registries.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "app/catalogue.hpp"
#include "app/command.hpp"
#include "app/output.hpp"

namespace wirecause {
namespace {

std::vector<std::string_view> kinds() {
  std::vector<std::string_view> kinds;
  for (const Catalogue& catalogue : all_catalogues()) kinds.push_back(catalogue.kind);
  return kinds;
}

constexpr Positional kPositionals[] = {{.name = "KIND", .brief = "what to list", .values = &kinds}};

constexpr Option kOptions[] = {
    {.name = "--json", .value = "", .brief = "as JSON, schema wirecause.list/1", .help = ""},
};

constexpr Example kExamples[] = {
    {.command = "wirecause list causes", .says = "every cause that can be named, one a line"},
    {.command = "wirecause list protocols", .says = "every framing that can be followed, and the feeds that use it"}};

Result<Exit> run(const Arguments& arguments) {
  const auto catalogues = all_catalogues();
  const Catalogue& catalogue = *std::ranges::find(catalogues, arguments.positionals().front(), &Catalogue::kind);
  WC_TRY(print(arguments.has("--json") ? catalogue_json(catalogue) : catalogue_text(catalogue)));
  return Exit::nothing_wrong;
}

}  // namespace

extern constinit const Command command_list{
    .id = "list",
    .summary = "what this build knows: causes, protocols, collectors, evidence, commands",
    .description = "One item a line, its id first, ordered by id.",
    .positionals = kPositionals,
    .options = kOptions,
    .examples = kExamples,
    .run = &run,
};

}  // namespace wirecause
