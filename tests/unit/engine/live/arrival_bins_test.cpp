// SPDX-License-Identifier: Apache-2.0
#include "engine/live/arrival_bins.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace wirecause {
namespace {

constexpr TimeNs kStart{1'767'623'400'000'000'000};  // a whole millisecond

struct ArrivalBinsTest : testing::Test {
  void arrive(std::int64_t ms, std::uint64_t datagrams) {
    for (std::uint64_t i = 0; i < datagrams; ++i) bins->add(kStart + milliseconds(ms));
  }
  std::uint64_t between(std::int64_t from, std::int64_t to) const {
    return bins->between(kStart + milliseconds(from), kStart + milliseconds(to));
  }
  std::unique_ptr<ArrivalBins> bins = std::make_unique<ArrivalBins>();
};

TEST_F(ArrivalBinsTest, CountsWhatArrivedInAStretchWithBothItsEnds) {
  arrive(0, 1);
  arrive(1, 10);
  arrive(2, 100);
  EXPECT_EQ(between(0, 2), 111U);
  EXPECT_EQ(between(1, 1), 10U);
  EXPECT_EQ(between(3, 9), 0U);
}

TEST_F(ArrivalBinsTest, ForgetsWhatIsOlderThanEightSeconds) {
  arrive(0, 5);
  arrive(8'191, 1);
  EXPECT_EQ(between(0, 8'191), 6U);
  arrive(8'192, 1);
  EXPECT_EQ(between(0, 8'192), 2U);
}

TEST_F(ArrivalBinsTest, APauseLongerThanTheBinsLeavesNothingBehind) {
  arrive(0, 5);
  arrive(1'000'000, 1);
  EXPECT_EQ(between(0, 1'000'000), 1U);
}

// Stamps of several queues, or a clock that stepped back.
TEST_F(ArrivalBinsTest, LateStampsAreCountedAsLongAsTheirMillisecondIsKept) {
  arrive(100, 1);
  arrive(50, 1);
  EXPECT_EQ(between(50, 50), 1U);
  arrive(-10'000, 1);
  EXPECT_EQ(between(-20'000, 100), 2U);
}

TEST_F(ArrivalBinsTest, FindsTheFirstArrivalOfAStretch) {
  arrive(10, 1);
  arrive(20, 1);
  const auto first = [&](std::int64_t from, std::int64_t to) {
    return bins->first_arrival(kStart + milliseconds(from), kStart + milliseconds(to));
  };
  EXPECT_EQ(first(0, 50), kStart + milliseconds(10));
  EXPECT_EQ(first(11, 50), kStart + milliseconds(20));
  EXPECT_EQ(first(21, 50), kStart + milliseconds(50)) << "none";
}

TEST_F(ArrivalBinsTest, NothingArrivesBeforeItIsAskedFor) {
  arrive(10, 1);
  const TimeNs inside = kStart + milliseconds(10) + microseconds(400);
  EXPECT_EQ(bins->first_arrival(inside, kStart + milliseconds(50)), inside);
}

TEST_F(ArrivalBinsTest, ABurstIsTheBusiestStretchAboveWhatIsUsual) {
  for (std::int64_t ms = 0; ms < 100; ++ms) arrive(ms, 2);
  for (std::int64_t ms = 20; ms < 23; ++ms) arrive(ms, 50);
  for (std::int64_t ms = 60; ms < 64; ++ms) arrive(ms, 200);
  const ArrivalBins::Stretch burst = bins->burst(kStart, kStart + milliseconds(99), 10);
  EXPECT_EQ(burst.packets, 4 * 202U);
  EXPECT_EQ(burst.length, milliseconds(4));
}

TEST_F(ArrivalBinsTest, OneQuietMillisecondDoesNotEndABurstTwoDo) {
  arrive(0, 50);
  arrive(2, 50);
  arrive(5, 60);
  const ArrivalBins::Stretch burst = bins->burst(kStart, kStart + milliseconds(9), 10);
  EXPECT_EQ(burst.packets, 100U);
  EXPECT_EQ(burst.length, milliseconds(3));
}

TEST_F(ArrivalBinsTest, WhereNoMillisecondIsUnusualTheBurstIsAllOfIt) {
  for (std::int64_t ms = 0; ms < 10; ++ms) arrive(ms, 2);
  const ArrivalBins::Stretch burst = bins->burst(kStart, kStart + milliseconds(9), 10);
  EXPECT_EQ(burst.packets, 20U);
  EXPECT_EQ(burst.length, milliseconds(10));
}

TEST_F(ArrivalBinsTest, WhatHasNotComeYetIsNoBurst) {
  arrive(0, 1);
  const ArrivalBins::Stretch later = bins->burst(kStart + seconds(5), kStart + seconds(6), 10);
  EXPECT_EQ(later.packets, 0U);
  EXPECT_GE(later.length, nanoseconds(0));
}

}  // namespace
}  // namespace wirecause
