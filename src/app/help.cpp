// SPDX-License-Identifier: Apache-2.0
#include "app/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/layout.hpp"
#include "app/version.hpp"

namespace wirecause {
namespace {

// A long help is read in a pager or a narrow window.
constexpr std::size_t kManualWidth = 80;
constexpr std::size_t kScreenLines = 24;
// Wider names stand on a line of their own, so that one long value does not push every explanation out of the screen.
constexpr std::size_t kWidestName = 24;

constexpr Option kHelpOption{.name = "--help", .value = "", .brief = "the manual; -h fits one screen", .help = ""};

constexpr std::array kProgramOptions{
    Option{.name = "-h", .value = "", .brief = "one screen: the commands", .help = ""},
    Option{.name = "--help", .value = "", .brief = "the manual", .help = ""},
    Option{.name = "--version", .value = "", .brief = "the version", .help = ""},
};

constexpr std::array kExitMeanings{
    ExitMeaning{Exit::nothing_wrong, "nothing is wrong, and everything that was needed was seen"},
    ExitMeaning{Exit::finding, "a finding at or above --fail-on (by default: warning)"},
    ExitMeaning{Exit::usage, "the command line is wrong, or an input cannot be read"},
    ExitMeaning{Exit::blind, "nothing was found, but something that should have been visible was missing"},
};

Row option_row(const Option& option) { return {signature(option), std::string(option.brief)}; }

std::vector<Row> argument_rows(const Command& command) {
  std::vector<Row> rows;
  for (const Positional& positional : command.positionals) {
    rows.push_back({std::string(positional.name), std::string(positional.brief)});
  }
  for (const Option& option : command.options) {
    if (!option.manual_only) rows.push_back(option_row(option));
  }
  rows.push_back(option_row(kHelpOption));
  return rows;
}

std::vector<Row> command_rows() {
  std::vector<Row> rows;
  for (const Command* command : all_commands()) {
    rows.push_back({std::string(command->id), std::string(command->summary)});
  }
  return rows;
}

std::string one_of(const std::vector<std::string_view>& values) {
  return values.empty() ? "" : fmt::format("One of: {}.", fmt::join(values, ", "));
}

std::string values_line(const Positional& positional) {
  return positional.values == nullptr ? "" : one_of(positional.values());
}

std::string manual_entry(std::string_view head, std::string_view brief, std::string_view help,
                         std::string_view choices) {
  std::string out = fmt::format("  {}\n", head);
  out += paragraphs(brief, 6, kManualWidth);
  out += paragraphs(help, 6, kManualWidth);
  out += paragraphs(choices, 6, kManualWidth);
  return out;
}

std::string examples(std::span<const Example> all) {
  std::string out;
  for (const Example& example : all) {
    out += fmt::format("  {}\n", example.command);
    out += paragraphs(example.says, 6, kManualWidth);
  }
  return out;
}

std::string exit_codes() {
  std::vector<Row> rows;
  for (const ExitMeaning& exit : exit_meanings()) {
    rows.push_back({fmt::format("{}", static_cast<int>(exit.code)), std::string(exit.meaning)});
  }
  return aligned(rows, 2);
}

}  // namespace

std::string_view program_summary() {
  return "names why messages of market-data feeds are missing, in captures and live";
}

std::string_view program_description() {
  return "wirecause follows the sequence numbers of market-data feeds, in packet captures or live, pairs the redundant lines "
         "of a feed, and accounts for every message once: delivered, late, recovered by another line, or lost. For "
         "what is missing it names the cause with the evidence that proves it, the causes that were ruled out, who "
         "must act, and how to fix it, undo the fix and verify it. Where the evidence does not decide, it says so, "
         "and what would.\n"
         "\n"
         "analyze reads pcap and pcapng files, plain or compressed (gzip, zstd), without privileges and without a socket. "
         "watch reads live packets and this host's own evidence, for which it needs capabilities; it changes no setting, "
         "and joins no group unless --join asks for one. lab needs root: it makes known faults in network namespaces of "
         "its own, and removes them.";
}

std::span<const Option> program_options() { return kProgramOptions; }
std::span<const ExitMeaning> exit_meanings() { return kExitMeanings; }

std::string_view environment_help() {
  return "NO_COLOR: when set and not empty, reports are not coloured. Colour and progress appear on a terminal only.";
}

std::string synopsis(const Command& command) {
  std::string out(command.id);
  if (!command.options.empty()) out += " [OPTION]...";
  for (const Positional& positional : command.positionals) {
    const std::string word = fmt::format("{}{}", positional.name, positional.repeatable ? "..." : "");
    out += positional.required ? " " + word : " [" + word + "]";
  }
  return out;
}

std::string signature(const Option& option) {
  return option.value.empty() ? std::string(option.name) : fmt::format("{} {}", option.name, option.value);
}

std::string described(const Option& option) {
  return fmt::format("{}{}", option.brief, option.repeatable ? " (repeatable)" : "");
}

std::string short_help() {
  std::string out = fmt::format("wirecause {}: {}\n\nUsage: wirecause COMMAND [OPTION]... [ARGUMENT]...\n\n", version(),
                                program_summary());
  out += aligned(command_rows(), 2);
  out += "\nwirecause COMMAND -h: the options of a command.  wirecause --help: the manual.  wirecause --version\n";
  return out;
}

std::string long_help() {
  std::string out = fmt::format("wirecause {}: {}\n\nUsage: wirecause COMMAND [OPTION]... [ARGUMENT]...\n\n", version(),
                                program_summary());
  out += paragraphs(program_description(), 0, kManualWidth);
  out += "\nCommands (wirecause help COMMAND is the manual of one):\n" + aligned(command_rows(), 2);
  out += "\nExit codes:\n" + exit_codes();
  out += "\nEnvironment:\n" + paragraphs(environment_help(), 2, kManualWidth);
  out += "\nExamples:\n";
  for (const Command* command : all_commands()) out += examples(command->examples);
  return out;
}

std::string short_help(const Command& command) {
  std::string out = fmt::format("Usage: wirecause {}\n{}\n\n", synopsis(command), command.summary);
  out += aligned(argument_rows(command), 2, kWidestName);
  const auto lines = static_cast<std::size_t>(std::ranges::count(out, '\n'));
  const bool room_for_example = !command.examples.empty() && lines + 2 <= kScreenLines;
  if (room_for_example) out += fmt::format("\nExample: {}\n", command.examples.front().command);
  return out;
}

std::string long_help(const Command& command) {
  std::string out =
      fmt::format("wirecause {}: {}\n\nUsage: wirecause {}\n\n", command.id, command.summary, synopsis(command));
  out += paragraphs(command.description, 0, kManualWidth);
  if (!command.positionals.empty()) out += "\nArguments:\n";
  for (const Positional& positional : command.positionals) {
    out += manual_entry(positional.name, positional.brief, "", values_line(positional));
  }
  if (!command.options.empty()) out += "\nOptions:\n";
  for (const Option& option : command.options) {
    out += manual_entry(signature(option), described(option), option.help, one_of(allowed_values(option)));
  }
  if (!command.examples.empty()) out += "\nExamples:\n" + examples(command.examples);
  return out;
}

}  // namespace wirecause
