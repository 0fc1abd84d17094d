// SPDX-License-Identifier: Apache-2.0
#include "app/man_page.hpp"

#include <fmt/format.h>

#include "app/help.hpp"
#include "app/version.hpp"

namespace wirecause {
namespace {

// Text as roff reads it: a backslash starts an escape, '-' is a hyphen unless escaped (options are copied from man
// pages to shells), '.' and ''' begin a request at the start of a line.
std::string escaped(std::string_view text) {
  std::string out;
  bool at_line_start = true;
  for (const char c : text) {
    if (at_line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    at_line_start = c == '\n';
  }
  return out;
}

// Paragraphs; a line that begins with a space is shown as it is.
std::string paragraphs(std::string_view text) {
  std::string out;
  bool verbatim = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool kept = line.starts_with(' ');
    if (kept != verbatim) out += kept ? ".nf\n" : ".fi\n";
    verbatim = kept;
    out += line.empty() ? ".PP\n" : escaped(line) + "\n";
  }
  if (verbatim) out += ".fi\n";
  return out;
}

// An argument's paragraphs hang under its name, so an empty line keeps the indentation (.IP) instead of ending it
// (.PP).
std::string hanging(std::string_view text) {
  std::string out = paragraphs(text);
  for (std::size_t at = 0; (at = out.find(".PP\n", at)) != std::string::npos;) out.replace(at, 3, ".IP");
  return out;
}

std::string entry(std::string_view head, std::string_view brief, std::string_view help, std::string_view choices) {
  std::string out = fmt::format(".TP\n.B {}\n{}", escaped(head), hanging(brief));
  if (!help.empty()) out += ".IP\n" + hanging(help);
  if (!choices.empty()) out += ".IP\n" + hanging(choices);
  return out;
}

std::string one_of(std::span<const std::string_view> choices) {
  return choices.empty() ? "" : fmt::format("One of: {}.", fmt::join(choices, ", "));
}

std::string command_section(const Command& command) {
  std::string out = fmt::format(".SS wirecause {}\n{}.PP\n", escaped(synopsis(command)), paragraphs(command.summary));
  out += paragraphs(command.description);
  for (const Positional& positional : command.positionals) {
    const auto values = positional.values == nullptr ? std::vector<std::string_view>{} : positional.values();
    out += entry(positional.name, positional.brief, "", one_of(values));
  }
  for (const Option& option : command.options) {
    out += entry(signature(option), described(option), option.help, one_of(allowed_values(option)));
  }
  return out;
}

std::string exit_section() {
  std::string out = ".SH EXIT STATUS\n";
  for (const ExitMeaning& exit : exit_meanings()) {
    out += entry(fmt::format("{}", static_cast<int>(exit.code)), exit.meaning, "", "");
  }
  return out;
}

std::string examples_section() {
  std::string out = ".SH EXAMPLES\n";
  for (const Command* command : all_commands()) {
    for (const Example& example : command->examples) out += entry(example.command, example.says, "", "");
  }
  return out;
}

}  // namespace

std::string man_page() {
  std::string out = fmt::format(".TH WIRECAUSE 1 \"\" \"wirecause {}\" \"User Commands\"\n", version());
  out += fmt::format(".SH NAME\nwirecause \\- {}\n", escaped(program_summary()));
  out += ".SH SYNOPSIS\n.B wirecause\n.I COMMAND\n[\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n";
  out += ".SH DESCRIPTION\n" + paragraphs(program_description());
  out += ".SH OPTIONS\n";
  for (const Option& option : program_options()) out += entry(signature(option), option.brief, option.help, "");
  out += ".SH COMMANDS\n";
  for (const Command* command : all_commands()) out += command_section(*command);
  out += exit_section();
  out += ".SH ENVIRONMENT\n" + paragraphs(environment_help());
  out += examples_section();
  out += ".SH SEE ALSO\n.BR tcpdump (8),\n.BR tshark (1),\n.BR capinfos (1)\n";
  return out;
}

}  // namespace wirecause
