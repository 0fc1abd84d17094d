// Reads the values of options from Arguments with a parser each; what is wrong is said with the option's name in front.
// Used by the files that turn what was typed into what it means (analyze_options, watch_options, feed_options).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/command.hpp"
#include "base/result.hpp"

namespace wirecause {

template <class T>
Result<T> named(std::string_view option, Result<T> parsed) {
  if (!parsed) return tl::unexpected(std::move(parsed).error().context(option));
  return parsed;
}

// Leaves `out` as it is where the option was not given.
template <class T, class Parse>
Result<void> read_value(const Arguments& arguments, std::string_view option, Parse parse, T& out) {
  const auto typed = arguments.value(option);
  if (!typed) return {};
  WC_TRY_ASSIGN(out, named(option, parse(*typed)));
  return {};
}

template <class T, class Parse>
Result<void> append_values(const Arguments& arguments, std::string_view option, Parse parse, std::vector<T>& out) {
  for (const std::string& typed : arguments.values(option)) {
    WC_TRY_ASSIGN(T value, named(option, parse(typed)));
    out.push_back(std::move(value));
  }
  return {};
}

}  // namespace wirecause
