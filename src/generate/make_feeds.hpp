// Makes a capture of market-data feeds with known faults, and its truth. The one entry point of this folder.
//
// Deterministic: the same plan gives the same bytes. Streams: memory does not grow with the capture unless the truth is
// wanted. Over two million packets a second with an optimised build.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/result.hpp"
#include "generate/byte_sink.hpp"
#include "generate/feed_plan.hpp"
#include "generate/truth.hpp"

namespace wirecause::generate {

// Writes the capture to `sink` and closes it. Errc::usage: the plan cannot be carried out; else what the sink says.
Result<Truth> make_feeds(const std::vector<FeedPlan>& feeds, const CapturePlan& capture, ByteSink& sink);

// One feed, in memory.
struct Made {
  std::vector<std::byte> bytes;
  Truth truth;
};
Result<Made> make_feed(const FeedPlan& feed, const CapturePlan& capture);

}  // namespace wirecause::generate
