// Who lost at the same time, and of these, who carries something else: only that points at the capture.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "engine/assembly.hpp"
#include "support/made_analysis.hpp"

namespace wirecause {
namespace {

RunHole hole_of(std::uint32_t feed, GroupId group, std::uint64_t first) {
  RunHole hole;
  hole.feed = feed;
  hole.kin = feed;
  hole.line = feed;
  hole.group = group;
  hole.before = TimeNs{1'000};
  hole.after = TimeNs{2'000};
  hole.first = first;
  hole.count = 10;
  return hole;
}

TEST(HoleComparison, AHoleOfAnotherFeedAtTheSameTimeIsUnrelated) {
  std::vector<RunHole> holes{hole_of(0, 0, 100), hole_of(1, 1, 100)};
  compare_holes(holes);
  EXPECT_EQ(holes[0].holed, 1U);
  EXPECT_EQ(holes[0].holed_unrelated, 1U);
}

TEST(HoleComparison, AHoleOfTheSameLineSeenAtAnotherPlaceIsRelated) {
  std::vector<RunHole> holes{hole_of(0, 0, 100), hole_of(1, 0, 500)};
  holes[1].kin = 0;
  compare_holes(holes);
  EXPECT_EQ(holes[0].holed, 1U);
  EXPECT_EQ(holes[0].holed_unrelated, 0U);
  EXPECT_EQ(holes[1].holed_unrelated, 0U);
}

TEST(HoleComparison, TheSameNumbersOfTheSameChannelAndSessionAreRelated) {
  std::vector<RunHole> holes{hole_of(0, 0, 100), hole_of(1, 0, 105), hole_of(2, 0, 300)};
  compare_holes(holes);
  EXPECT_EQ(holes[0].holed, 2U);
  EXPECT_EQ(holes[0].holed_unrelated, 1U);
  EXPECT_EQ(holes[1].holed_unrelated, 1U);
  EXPECT_EQ(holes[2].holed_unrelated, 2U);
}

TEST(HoleComparison, TheSameNumbersOfAnotherSessionAreUnrelated) {
  std::vector<RunHole> holes{hole_of(0, 0, 100), hole_of(1, 0, 100)};
  holes[1].session = 1;
  compare_holes(holes);
  EXPECT_EQ(holes[0].holed_unrelated, 1U);
}

// A mirror port before and behind a router that moves the feed to a VLAN: what was lost before it is missing at both.
TEST(HoleComparison, WhatIsMissingBeforeAndBehindARouterIsNotPinnedOnTheCapture) {
  generate::FeedPlan feed = test::with(test::feed_of(2'000), generate::Fault::Kind::lose, "A:seq=1000-1009");
  feed.lines = 1;
  const generate::Made before = test::make(feed);
  generate::CapturePlan routed;
  routed.start = routed.start + microseconds(2);
  routed.vlan = 20;
  const generate::Made behind = test::make(feed, routed);
  AnalysisOptions options;
  options.same_point = true;
  const AnalysisResult result =
      test::analyse({{"before.pcapng", before.bytes}, {"behind.pcapng", behind.bytes}}, options);
  ASSERT_EQ(result.feeds.size(), 2U);
  bool is_named = false;
  for (const Finding& finding : result.diagnosis.findings) {
    is_named = is_named || finding.cause->id == "net_line_loss";
    const bool is_certain = finding.cause->id == "capture_dropped" && finding.undecided_with.empty();
    EXPECT_FALSE(is_certain);
  }
  EXPECT_TRUE(is_named);
}

}  // namespace
}  // namespace wirecause
