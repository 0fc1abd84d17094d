// wirecause explain CAUSE: what a cause is and its runbook, without a capture.
// SPDX-License-Identifier: Apache-2.0
#include "app/cause_page.hpp"
#include "app/command.hpp"
#include "app/output.hpp"
#include "diagnose/cause.hpp"
#include "diagnose/page_markdown.hpp"

namespace wirecause {
namespace {

std::vector<std::string_view> cause_ids() {
  std::vector<std::string_view> ids;
  for (const Cause* cause : all_causes()) ids.push_back(cause->id);
  return ids;
}

constexpr Positional kPositionals[] = {{.name = "CAUSE", .brief = "the id of a cause", .values = &cause_ids}};

constexpr Option kOptions[] = {
    {.name = "--json", .value = "", .brief = "as JSON, schema wirecause.cause/1", .help = ""},
    {.name = "--markdown", .value = "", .brief = "as Markdown: the page in docs/causes", .help = ""},
};

constexpr Example kExamples[] = {
    {.command = "wirecause explain net_line_loss", .says = "why one line of a feed loses packets, and what to do"}};

std::string page_of(const Cause& cause, const Arguments& arguments) {
  if (arguments.has("--json")) return cause_json(cause);
  if (arguments.has("--markdown")) return cause_markdown(cause);
  return cause_page(cause);
}

Result<Exit> run(const Arguments& arguments) {
  WC_TRY(print(page_of(*find_cause(arguments.positionals().front()), arguments)));
  return Exit::nothing_wrong;
}

}  // namespace

extern constinit const Command command_explain{
    .id = "explain",
    .summary = "the runbook of one cause: detect, isolate, mitigate, fix, prevent",
    .description =
        "Prints the mechanism of a cause, what looks alike, the evidence that decides, and the runbook in five steps. "
        "Actions that are not safe at any time are printed commented out. Words in braces, such as {line} or {pid}, are "
        "filled in by analyze and watch from their evidence.",
    .positionals = kPositionals,
    .options = kOptions,
    .examples = kExamples,
    .run = &run,
};

}  // namespace wirecause
