// SPDX-License-Identifier: Apache-2.0
#include "app/program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "app/command.hpp"
#include "app/help.hpp"
#include "app/output.hpp"
#include "app/parse.hpp"
#include "app/suggest.hpp"
#include "app/version.hpp"

namespace wirecause {
namespace {

// Closed ones (`>&-`) would be handed out again: the report would then go into a socket of ours.
void open_standard_descriptors() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) (void)::open("/dev/null", O_RDWR);
  }
}

Result<Exit> say(const std::string& text) {
  WC_TRY(print(text));
  return Exit::nothing_wrong;
}

std::vector<std::string_view> first_words() {
  std::vector<std::string_view> words;
  for (const Command* command : all_commands()) words.push_back(command->id);
  for (const Option& option : program_options()) words.push_back(option.name);
  return words;
}

// A user who names a capture and no command meant to analyze it.
std::string remedy_for(const std::string& word) {
  if (const auto near = nearest(word, first_words())) return fmt::format("did you mean {}?", *near);
  const bool is_file = ::access(word.c_str(), R_OK) == 0;
  if (is_file && find_command("analyze") != nullptr) return fmt::format("did you mean wirecause analyze {}?", word);
  return "wirecause -h lists them";
}

Result<Exit> unknown_first_word(const std::string& word) {
  const std::string_view kind = word.starts_with('-') ? "option" : "command";
  return fail(Errc::usage, fmt::format("'{}': no such {}; {}", word, kind, remedy_for(word)));
}

Result<Exit> run_command(const Command& command, std::span<const std::string> words) {
  if (asks_for("--help", words)) return say(long_help(command));
  if (asks_for("-h", words)) return say(short_help(command));
  WC_TRY_ASSIGN(const Arguments arguments, parse_arguments(command, words));
  return command.run(arguments);
}

Result<Exit> run_words(std::span<const std::string> words) {
  if (words.empty()) return fail(Errc::usage, "no command was given; wirecause -h lists them");
  const std::string& first = words.front();
  if (first == "--version") return say(fmt::format("wirecause {}\n", version()));
  if (first == "--help") return say(long_help());
  if (first == "-h") return say(short_help());
  const Command* command = find_command(first);
  if (command == nullptr) return unknown_first_word(first);
  return run_command(*command, words.subspan(1));
}

}  // namespace

int run_program(int argc, char** argv) {
  open_standard_descriptors();
  ignore_closed_pipes();
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  const Result<Exit> result = run_words(words);
  if (result) return static_cast<int>(*result);
  complain(result.error().message());
  return static_cast<int>(Exit::usage);
}

}  // namespace wirecause
