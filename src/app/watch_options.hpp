// What `wirecause watch` was asked to do: from what was typed to what it means.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "app/command.hpp"
#include "base/result.hpp"
#include "engine/live/options.hpp"

namespace wirecause {

struct WatchRequest {
  WatchOptions options;
  bool json = false;  // JSON Lines; else lines for people and the text report
  bool details = false;
  std::optional<Severity> fail_on = Severity::warning;  // none: never
};

// Errors: usage, naming the option, what is wrong with its value, and what one looks like; also nothing to watch, and
// options of a tap or of --join where there is none.
Result<WatchRequest> watch_request(const Arguments& arguments);

// "239.1.1.1:26477", "[ff15::1]:26477@eth1".
Result<JoinRequest> join_from(std::string_view text);

}  // namespace wirecause
