// SPDX-License-Identifier: Apache-2.0
#include "tap/delay_sample.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

TEST(DelaySample, GivesExactRanksOfAFewDelays) {
  DelaySample sample;
  for (int i = 1; i <= 100; ++i) sample.add(DurationNs{i * 10});
  EXPECT_EQ(sample.median().ns, 500);       // the 50th of 100
  EXPECT_EQ(sample.spread().ns, 950 - 50);  // 95th minus 5th
}

TEST(DelaySample, IsEmptyWithoutDelays) {
  const DelaySample sample;
  EXPECT_TRUE(sample.empty());
  EXPECT_EQ(sample.median().ns, 0);
}

TEST(DelaySample, StaysTrueOverMillionsOfDelays) {
  DelaySample sample;
  for (int i = 0; i < 3'000'000; ++i) sample.add(DurationNs{i % 1000});
  EXPECT_NEAR(static_cast<double>(sample.median().ns), 500, 60);
  EXPECT_NEAR(static_cast<double>(sample.spread().ns), 900, 60);
}

}  // namespace
}  // namespace wirecause
