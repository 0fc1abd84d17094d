// SPDX-License-Identifier: Apache-2.0
#include "app/command.hpp"

#include <algorithm>

namespace wirecause {

bool Arguments::has(std::string_view option) const { return options_.find(option) != options_.end(); }

std::optional<std::string> Arguments::value(std::string_view option) const {
  const auto found = options_.find(option);
  if (found == options_.end()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Arguments::values(std::string_view option) const {
  const auto found = options_.find(option);
  if (found == options_.end()) return {};
  return found->second;
}

std::vector<std::string_view> allowed_values(const Option& option) {
  return option.values != nullptr ? option.values() : std::vector(option.choices.begin(), option.choices.end());
}

const Command* find_command(std::string_view id) {
  const auto commands = all_commands();
  const auto found = std::ranges::find(commands, id, &Command::id);
  return found == commands.end() ? nullptr : *found;
}

}  // namespace wirecause
