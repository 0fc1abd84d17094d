// The wording of every limit: one row each, in the order of the enum. Read by advice.cpp only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "report/advice.hpp"

namespace wirecause {

struct Advice {
  Limit limit;
  std::string_view id;
  std::string_view noun;  // counted, in front of the text; empty where nothing is counted
  std::string_view text;
  std::string_view remedy;
  // Of a live run, where they differ.
  std::string_view live_text{};
  std::string_view live_remedy{};
};

const Advice& advice_for(Limit limit);
std::span<const Limit> all_limits();  // in the order of the enum

}  // namespace wirecause
