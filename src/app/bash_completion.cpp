// SPDX-License-Identifier: Apache-2.0
#include "app/bash_completion.hpp"

#include <fmt/format.h>

#include "app/help.hpp"

namespace wirecause {
namespace {

std::string program_words() {
  std::string out;
  for (const Command* command : all_commands()) out += fmt::format("{} ", command->id);
  for (const Option& option : program_options()) out += fmt::format("{} ", option.name);
  out.pop_back();
  return out;
}

std::string option_words(const Command& command) {
  std::string out;
  for (const Option& option : command.options) out += fmt::format("{} ", option.name);
  return out + "-h --help";
}

// What follows an option that takes a value: its choices, else a file name (compgen falls back on "default").
std::string value_cases(const Command& command) {
  std::string out;
  for (const Option& option : command.options) {
    if (option.value.empty()) continue;
    out += fmt::format("    {}:{}) words='{}' value=1 ;;\n", command.id, option.name,
                       fmt::join(allowed_values(option), " "));
  }
  return out;
}

// Only the first argument of a command has fixed values in our tables; what follows it is completed as a file name.
std::string argument_words(const Command& command) {
  if (command.positionals.empty() || command.positionals.front().values == nullptr) return "";
  return fmt::format("{}", fmt::join(command.positionals.front().values(), " "));
}

}  // namespace

std::string bash_completion() {
  std::string values;
  std::string commands;
  for (const Command* command : all_commands()) {
    values += value_cases(*command);
    commands += fmt::format("    {}) options='{}' arguments='{}' ;;\n", command->id, option_words(*command),
                            argument_words(*command));
  }
  return fmt::format(R"(# bash completion for wirecause; made by `wirecause completion bash`
_wirecause() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}}
  local words='' value='' options='' arguments=''
  COMPREPLY=()
  if (( COMP_CWORD == 1 )); then
    mapfile -t COMPREPLY < <(compgen -W '{}' -- "$current")
    return
  fi
  case "$command:$previous" in
{}  esac
  case "$command" in
{}  esac
  if [[ -z $value ]]; then
    if [[ $current == -* ]]; then words=$options; else words=$arguments; fi
  fi
  [[ -n $words ]] && mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  return 0
}}
complete -o default -F _wirecause wirecause
)",
                     program_words(), values, commands);
}

}  // namespace wirecause
