// SPDX-License-Identifier: Apache-2.0
#include "app/parse.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/suggest.hpp"

namespace wirecause {
namespace {

std::string did_you_mean(std::string_view typed, std::span<const std::string_view> candidates,
                         std::string_view otherwise) {
  const auto near = nearest(typed, candidates);
  return near ? fmt::format("did you mean {}?", *near) : std::string(otherwise);
}

tl::unexpected<Error> usage_error(const Command& command, std::string_view what_and_why, std::string_view remedy = {}) {
  const std::string see = fmt::format("see wirecause {} -h", command.id);
  return fail(Errc::usage, fmt::format("{} {}; {}", command.id, what_and_why, remedy.empty() ? see : remedy));
}

// What CLI11 made of the words: the options known to the table, and everything else in its order.
struct Split {
  std::vector<std::pair<const Option*, std::vector<std::string>>> options;
  std::vector<std::string> rest;
};

CLI::Option* declare(CLI::App& app, const Option& option) {
  const std::string name(option.name);
  if (option.value.empty()) return app.add_flag(name);
  const CLI::callback_t keep_as_text = [](const CLI::results_t&) { return true; };
  return app.add_option(name, keep_as_text)
      ->type_name(std::string(option.value))
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

// CLI11 would take --json=anything for a switch that is off or on; a switch has no value.
Result<void> check_switches(const Command& command, std::span<const std::string> words) {
  for (const Option& option : command.options) {
    if (!option.value.empty()) continue;
    const std::string with_value = fmt::format("{}=", option.name);
    const auto begins = [&](const std::string& word) { return word.starts_with(with_value); };
    if (std::any_of(words.begin(), std::ranges::find(words, "--"), begins))
      return usage_error(command, fmt::format("{}: takes no value", option.name));
  }
  return {};
}

// CLI11 names the option and what is wrong in its message; the sentence is kept and ours is put around it.
Result<Split> split(const Command& command, std::span<const std::string> words) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<CLI::Option*> declared;
  for (const Option& option : command.options) declared.push_back(declare(app, option));
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ArgumentMismatch& error) {
    return usage_error(command, error.what());
  } catch (const CLI::Error& error) {
    return usage_error(command, fmt::format("cannot be understood: {}", error.what()));
  }
  Split result;
  for (std::size_t i = 0; i < declared.size(); ++i) {
    if (declared[i]->count() > 0) result.options.emplace_back(&command.options[i], declared[i]->results());
  }
  result.rest = app.remaining();
  return result;
}

Result<void> check_choice(const Command& command, const Option& option, const std::string& value) {
  const std::vector<std::string_view> allowed = allowed_values(option);
  if (allowed.empty() || std::ranges::find(allowed, value) != allowed.end()) return {};
  const std::string all = fmt::format("it is one of {}", fmt::join(allowed, ", "));
  return usage_error(command, fmt::format("{}: '{}' is not known", option.name, value),
                     did_you_mean(value, allowed, all));
}

Result<void> take_options(const Command& command, const Split& split, Arguments& arguments) {
  for (const auto& [option, values] : split.options) {
    for (const std::string& value : values) {
      WC_TRY(check_choice(command, *option, value));
      arguments.set(option->name, value);
    }
  }
  return {};
}

std::vector<std::string_view> option_names(const Command& command) {
  std::vector<std::string_view> names{"--help"};
  for (const Option& option : command.options) names.push_back(option.name);
  return names;
}

tl::unexpected<Error> unknown_option(const Command& command, std::string_view word) {
  const std::string_view name = word.substr(0, word.find('='));
  const std::string otherwise = fmt::format("wirecause {} -h lists the options", command.id);
  return usage_error(command, fmt::format("{}: no such option", name),
                     did_you_mean(name, option_names(command), otherwise));
}

// The table's entry for the index-th word; the last one serves all that follow when it is repeatable. Null: one too
// many.
const Positional* positional_at(const Command& command, std::size_t index) {
  if (index < command.positionals.size()) return &command.positionals[index];
  if (command.positionals.empty() || !command.positionals.back().repeatable) return nullptr;
  return &command.positionals.back();
}

Result<void> take_positional(const Command& command, const std::string& word, Arguments& arguments) {
  const Positional* positional = positional_at(command, arguments.positionals().size());
  if (positional == nullptr) return usage_error(command, fmt::format("'{}': one argument too many", word));
  if (positional->values != nullptr) {
    const std::vector<std::string_view> known = positional->values();
    if (std::ranges::find(known, word) == known.end()) {
      const std::string otherwise = fmt::format("wirecause help {} says which there are", command.id);
      return usage_error(command, fmt::format("{}: '{}' is not known", positional->name, word),
                         did_you_mean(word, known, otherwise));
    }
  }
  arguments.add_positional(word);
  return {};
}

Result<void> take_rest(const Command& command, const std::vector<std::string>& rest, Arguments& arguments) {
  bool options_ended = false;
  for (const std::string& word : rest) {
    if (!options_ended && word == "--") {
      options_ended = true;
      continue;
    }
    if (!options_ended && word.size() > 1 && word.front() == '-') return unknown_option(command, word);
    WC_TRY(take_positional(command, word, arguments));
  }
  return {};
}

Result<void> check_required(const Command& command, const Arguments& arguments) {
  const std::size_t given = arguments.positionals().size();
  for (std::size_t i = given; i < command.positionals.size(); ++i) {
    const Positional& positional = command.positionals[i];
    if (positional.required)
      return usage_error(command, fmt::format("{}: is missing ({})", positional.name, positional.brief));
  }
  return {};
}

}  // namespace

Result<Arguments> parse_arguments(const Command& command, std::span<const std::string> words) {
  WC_TRY(check_switches(command, words));
  WC_TRY_ASSIGN(const Split parts, split(command, words));
  Arguments arguments;
  WC_TRY(take_rest(command, parts.rest, arguments));
  WC_TRY(take_options(command, parts, arguments));
  WC_TRY(check_required(command, arguments));
  return arguments;
}

bool asks_for(std::string_view option, std::span<const std::string> words) {
  const auto options_end = std::ranges::find(words, "--");
  return std::find(words.begin(), options_end, option) != options_end;
}

}  // namespace wirecause
