// SPDX-License-Identifier: Apache-2.0
#include "tcp/queueing.hpp"

#include <gtest/gtest.h>

namespace wirecause::test {
namespace {

constexpr TimeNs kStart{1'000'000'000};

TEST(Queueing, IsWhatARoundTripTookAboveTheShortest) {
  tcp::Queueing queueing;
  queueing.begin(kStart, milliseconds(10));
  EXPECT_EQ(queueing.add(kStart, milliseconds(14), 1'000), milliseconds(4));
  EXPECT_EQ(queueing.add(kStart, milliseconds(8), 1'000), milliseconds(0));
  EXPECT_EQ(queueing.base(), milliseconds(8));
  EXPECT_EQ(queueing.summary().most, milliseconds(4));
  EXPECT_EQ(queueing.summary().mean, milliseconds(2));
}

TEST(Queueing, FollowsTheFlightThatFillsIt) {
  tcp::Queueing queueing;
  queueing.begin(kStart, milliseconds(10));
  for (int i = 0; i < 200; ++i) {
    const int full = i % 50;  // as Reno goes up and down
    queueing.add(kStart + milliseconds(10 * i), milliseconds(10 + full), 10'000 + 1'448 * full);
  }
  EXPECT_GT(queueing.summary().follows_flight, 990);
}

// Somebody else's queue, or a slow receiver: the flight stands still.
TEST(Queueing, DoesNotFollowAFlightThatStandsStill) {
  tcp::Queueing queueing;
  queueing.begin(kStart, milliseconds(10));
  for (int i = 0; i < 200; ++i) queueing.add(kStart + milliseconds(10 * i), milliseconds(10 + i % 50), 50'000);
  EXPECT_EQ(queueing.summary().follows_flight, 0);
}

TEST(Queueing, FallsWhereTheFlightGrows) {
  tcp::Queueing queueing;
  queueing.begin(kStart, milliseconds(10));
  for (int i = 0; i < 64; ++i) queueing.add(kStart, milliseconds(100 - i), 10'000 + 1'000 * i);
  EXPECT_LT(queueing.summary().follows_flight, -990);
}

TEST(Queueing, ForgetsAShortestThatIsFiveMinutesOld) {
  tcp::Queueing queueing;
  queueing.begin(kStart, milliseconds(10));
  queueing.add(kStart + seconds(100), milliseconds(30), 0);
  queueing.add(kStart + seconds(200), milliseconds(30), 0);
  EXPECT_EQ(queueing.base(), milliseconds(10));
  queueing.add(kStart + seconds(400), milliseconds(30), 0);
  EXPECT_EQ(queueing.base(), milliseconds(30));
}

// A million samples and more: sums are halved, the relation stays.
TEST(Queueing, KeepsItsRelationHoweverLongItRuns) {
  tcp::Queueing queueing;
  queueing.begin(kStart, microseconds(20));
  for (int i = 0; i < 1'200'000; ++i) queueing.add(kStart, microseconds(20 + i % 30), 1'448 * (i % 30));
  EXPECT_GT(queueing.summary().follows_flight, 990);
}

}  // namespace
}  // namespace wirecause::test
