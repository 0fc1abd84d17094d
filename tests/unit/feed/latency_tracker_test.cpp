// Latency between two clocks: absolute within a stated bound, else above its own floor (decisions, "Rules of the domain").
// SPDX-License-Identifier: Apache-2.0
#include "feed/latency_tracker.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

constexpr TimeNs kSent{1'767'623'400'000'000'000};

void sample(LatencyTracker& tracker, std::int64_t difference_ns, int times = 1) {
  for (int i = 0; i < times; ++i) tracker.sample(kSent, kSent + nanoseconds(difference_ns));
}

TEST(LatencyTracker, ATrackerWithoutASampleIsEmpty) {
  LatencyTracker tracker;
  EXPECT_TRUE(tracker.empty());
  sample(tracker, 1'000);
  EXPECT_FALSE(tracker.empty());
}

TEST(LatencyTracker, WithABoundOfTheClockErrorFiguresAreAbsoluteAndCarryIt) {
  LatencyTracker tracker(microseconds(1));
  sample(tracker, 700);
  sample(tracker, 1'500);
  const LatencySummary summary = tracker.summary();
  EXPECT_FALSE(summary.relative);
  EXPECT_EQ(summary.clock_error, microseconds(1));
  EXPECT_EQ(summary.floor_ns, 0);
  EXPECT_EQ(summary.histogram.min_ns, 700);
  EXPECT_EQ(summary.histogram.max_ns, 1'500);
}

TEST(LatencyTracker, NegativeFiguresBeyondTheBoundAreClockEvidenceAndNotData) {
  LatencyTracker tracker(microseconds(1));
  sample(tracker, -1'001, 3);
  sample(tracker, 900, 2);
  const LatencySummary summary = tracker.summary();
  EXPECT_EQ(summary.negative, 3U);
  EXPECT_EQ(summary.histogram.count, 2U);
  EXPECT_EQ(summary.histogram.min_ns, 900);
}

TEST(LatencyTracker, NegativeFiguresWithinTheBoundAreNothing) {
  LatencyTracker tracker(microseconds(1));
  sample(tracker, -1'000, 3);
  sample(tracker, 900, 2);
  const LatencySummary summary = tracker.summary();
  EXPECT_EQ(summary.negative, 0U);
  EXPECT_EQ(summary.histogram.count, 5U);
  EXPECT_EQ(summary.histogram.min_ns, 0);
}

TEST(LatencyTracker, WithoutABoundFiguresAreAboveTheSmallestDifferenceAndSaySo) {
  constexpr std::int64_t kHour = 3'600'000'000'000;  // the publisher's clock is in another zone
  LatencyTracker tracker;
  sample(tracker, kHour + 500);
  sample(tracker, kHour + 200);
  sample(tracker, kHour + 1'700);
  const LatencySummary summary = tracker.summary();
  EXPECT_TRUE(summary.relative);
  EXPECT_FALSE(summary.clock_error.has_value());
  EXPECT_EQ(summary.floor_ns, kHour + 200);
  EXPECT_EQ(summary.histogram.min_ns, 0);
  EXPECT_EQ(summary.histogram.max_ns, 1'500);
  EXPECT_EQ(summary.negative, 0U);
}

TEST(LatencyTracker, AFloorMayLieBelowZeroWhereTheClocksDisagree) {
  LatencyTracker tracker;
  sample(tracker, -5'000);
  sample(tracker, -4'000);
  const LatencySummary summary = tracker.summary();
  EXPECT_EQ(summary.floor_ns, -5'000);
  EXPECT_EQ(summary.histogram.max_ns, 1'000);
}

TEST(LatencyTracker, ASmallestDifferenceThatComesLateIsStillTheFloor) {
  LatencyTracker tracker;
  sample(tracker, 1'000, 2'000);
  sample(tracker, 400);
  const LatencySummary summary = tracker.summary();
  EXPECT_EQ(summary.floor_ns, 400);
  EXPECT_EQ(summary.histogram.count, 2'001U);
  EXPECT_EQ(summary.histogram.min_ns, 0);
  EXPECT_EQ(summary.histogram.max_ns, 600);
}

TEST(LatencyTracker, AbsorbingAFewSamplesIsTakingThemOneselves) {
  LatencyTracker one;
  LatencyTracker other;
  sample(one, 1'000, 5);
  sample(other, 300, 2);
  one.absorb(std::move(other));
  const LatencySummary summary = one.summary();
  EXPECT_EQ(summary.histogram.count, 7U);
  EXPECT_EQ(summary.floor_ns, 300);
  EXPECT_EQ(summary.histogram.max_ns, 700);
}

TEST(LatencyTracker, AbsorbingALongHistoryKeepsCountFloorAndHighest) {
  for (const bool long_one_absorbs : {true, false}) {
    LatencyTracker lengthy;
    LatencyTracker brief;
    sample(lengthy, 1'000, 3'000);
    sample(lengthy, 2'000, 10);
    sample(brief, 300, 4);
    LatencyTracker& into = long_one_absorbs ? lengthy : brief;
    into.absorb(std::move(long_one_absorbs ? brief : lengthy));
    const LatencySummary summary = into.summary();
    EXPECT_EQ(summary.histogram.count, 3'014U);
    EXPECT_EQ(summary.floor_ns, 300);
    EXPECT_EQ(summary.histogram.max_ns, 1'700);
  }
}

TEST(LatencyTracker, AbsorbingTwoLongHistoriesKeepsCountAndFloor) {
  LatencyTracker one;
  LatencyTracker other;
  sample(one, 1'000, 3'000);
  sample(other, 600, 3'000);
  sample(other, 500);
  one.absorb(std::move(other));
  const LatencySummary summary = one.summary();
  EXPECT_EQ(summary.histogram.count, 6'001U);
  EXPECT_EQ(summary.floor_ns, 500);
  EXPECT_EQ(summary.histogram.max_ns, 500);
}

TEST(LatencyTracker, AbsorbingKeepsNegativeOnes) {
  LatencyTracker one(microseconds(1));
  LatencyTracker other(microseconds(1));
  sample(one, 100, 2'000);
  sample(other, 100, 2'000);
  sample(other, -1'100, 7);
  one.absorb(std::move(other));
  EXPECT_EQ(one.summary().negative, 7U);
}

}  // namespace
}  // namespace wirecause
