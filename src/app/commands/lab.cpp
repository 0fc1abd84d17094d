// wirecause lab: makes known faults and shows what is named. The work is done by the program wirecause-lab.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/command.hpp"
#include "app/lab_program.hpp"

namespace wirecause {
namespace {

constexpr Positional kPositionals[] = {{.name = "SCENARIO",
                                        .brief = "cause to make; none, and no --all: they are listed",
                                        .required = false,
                                        .repeatable = true}};

constexpr Option kOptions[] = {
    {.name = "--all", .value = "", .brief = "every scenario"},
    {.name = "--kind",
     .value = "KIND",
     .brief = "only these: fault,twin,look_alike,mixed",
     .help =
         "fault: the cause is made and must be named. twin: the same load without it; nothing may be named. look_alike: the "
         "nearest other cause, which must be named. mixed: two causes at once, each with its share."},
    {.name = "--seed",
     .value = "N[,N...]",
     .brief = "draw sizes, rates, framings and names from N",
     .help = "The same seed makes the same runs; several run everything once a seed. Without it a new one is drawn and "
             "printed."},
    {.name = "--variations", .value = "N", .brief = "draws of each case (1)"},
    {.name = "--variation",
     .value = "K",
     .brief = "of the draws only the one that the table calls K",
     .help = "With the seed, the scenario and the kind it makes one run again."},
    {.name = "--keep", .value = "DIR", .brief = "keep the reports, journals and captures of each run"},
    {.name = "--show", .value = "", .brief = "print what was done and what wirecause watch says of it"},
    {.name = "--matrix", .value = "DIR", .brief = "write the confusion matrix there: text, JSON and accuracy.md"},
    {.name = "--machine-wide",
     .value = "",
     .brief = "also those that turn knobs of the whole machine",
     .help = "One at a time, under a lock; another process puts the knobs back, whatever becomes of this one."},
    {.name = "--json", .value = "", .brief = "as JSON, schema wirecause.lab/1 (docs/lab.md)"},
};

constexpr Example kExamples[] = {
    {.command = "wirecause lab", .says = "what there is"},
    {.command = "wirecause lab app_slow_consumer", .says = "make a slow reader, its healthy twin and what looks alike"},
    {.command = "wirecause lab --all --variations 3 --matrix .",
     .says = "how often the right cause is named on this kernel"},
};

std::vector<std::string> words_of(const Arguments& arguments) {
  const bool lists = arguments.positionals().empty() && !arguments.has("--all");
  std::vector<std::string> words{lists ? "list" : "run"};
  for (const Option& option : kOptions) {
    if (lists && option.name != "--json") continue;
    if (!arguments.has(option.name)) continue;
    words.emplace_back(option.name);
    if (!option.value.empty()) words.push_back(*arguments.value(option.name));
  }
  if (!arguments.positionals().empty()) words.emplace_back("--");
  words.insert(words.end(), arguments.positionals().begin(), arguments.positionals().end());
  return words;
}

// What is to be run, where something is asked of runs.
Result<void> check(const Arguments& arguments) {
  if (!arguments.positionals().empty() || arguments.has("--all")) return {};
  for (const Option& option : kOptions) {
    if (option.name == "--json" || !arguments.has(option.name)) continue;
    return fail(Errc::usage, fmt::format("{} goes with scenarios that are run: name them, or --all", option.name));
  }
  return {};
}

Result<Exit> run(const Arguments& arguments) {
  WC_TRY(check(arguments));
  const Error why_not = become_lab_program(words_of(arguments));
  return tl::unexpected(why_not);
}

}  // namespace

extern constinit const Command command_lab{
    .id = "lab",
    .summary = "prove the diagnosis on this kernel: make known faults",
    .description =
        "Makes each fault in network namespaces of its own, checks by the kernel's counters and its own journals that it "
        "happened, runs wirecause watch or analyze, and shows what was named. Traffic stays inside the namespaces; everything "
        "is removed at the end. It needs root and python3, and starts the program wirecause-lab.\n\n"
        "Exit: 0 every run right, 1 a run wrong or undecided, 2 usage, 3 nothing wrong, but a run was broken (its fault did "
        "not happen), skipped or not possible here.",
    .positionals = kPositionals,
    .options = kOptions,
    .examples = kExamples,
    .run = &run,
};

}  // namespace wirecause
