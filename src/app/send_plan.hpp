// What the options of `wirecause send` mean: from what was typed to plans of feeds and of the capture.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "app/command.hpp"
#include "base/result.hpp"
#include "generate/feed_plan.hpp"

namespace wirecause {

struct SendPlan {
  std::vector<generate::FeedPlan> feeds;
  generate::CapturePlan capture;
};

// Errors: usage, naming the option.
Result<SendPlan> send_plan(const Arguments& arguments);

}  // namespace wirecause
