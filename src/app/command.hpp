// A command of the program: its options as a table (from which -h, --help, the man page and the completion are made)
// and the function that runs it. Adding one is one file app/commands/<id>.cpp that defines `command_<id>`.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace wirecause {

// Exit codes of every command (decisions, "What users see").
enum class Exit : int { nothing_wrong = 0, finding = 1, usage = 2, blind = 3 };

struct Option {
  std::string_view name;    // "--from"
  std::string_view value;   // "TIME"; empty for a switch
  std::string_view brief;   // one line, for -h
  std::string_view help{};  // paragraphs, for --help and the man page; may be empty
  bool repeatable = false;
  std::span<const std::string_view> choices{};          // allowed values, for checking and completion
  std::vector<std::string_view> (*values)() = nullptr;  // the same where a registry knows them; null: see choices
  bool manual_only = false;  // left out of -h, which has one screen; everywhere else it is listed
};

// What the option takes: its choices or values; empty: anything.
std::vector<std::string_view> allowed_values(const Option& option);

struct Positional {
  std::string_view name;  // "FILE"
  std::string_view brief;
  bool required = true;
  bool repeatable = false;
  std::vector<std::string_view> (*values)() = nullptr;  // allowed values, for checking and completion; null: anything
};

struct Example {
  std::string_view command;
  std::string_view says;
};

// What was typed, checked against the table; what it means is each command's own business.
class Arguments {
 public:
  bool has(std::string_view option) const;
  std::optional<std::string> value(std::string_view option) const;  // the last one given
  std::vector<std::string> values(std::string_view option) const;   // all of a repeatable one, in order
  const std::vector<std::string>& positionals() const { return positionals_; }

  void set(std::string_view option, std::string value) { options_[std::string(option)].push_back(std::move(value)); }
  void add_positional(std::string value) { positionals_.push_back(std::move(value)); }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> options_;
  std::vector<std::string> positionals_;
};

struct Command {
  std::string_view id;           // "analyze"
  std::string_view summary;      // one line
  std::string_view description;  // paragraphs
  std::span<const Positional> positionals;
  std::span<const Option> options;
  std::span<const Example> examples;
  // An Error is printed on stderr as one line and becomes exit code 2.
  Result<Exit> (*run)(const Arguments&) = nullptr;
};

// All commands, ordered by id (generated, cmake/Registry.cmake).
std::span<const Command* const> all_commands();
const Command* find_command(std::string_view id);  // nullptr: none

}  // namespace wirecause
