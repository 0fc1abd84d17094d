// SPDX-License-Identifier: Apache-2.0
#include "engine/live/schedules.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kSecond = 1'000 * kMs;

TEST(DiscoverySchedule, LooksAtOnceWhereNobodyLookedForATenthOfASecond) {
  DiscoverySchedule schedule;
  schedule.done(0, kMs);
  EXPECT_FALSE(schedule.is_due(500 * kMs));
  schedule.ask();
  EXPECT_TRUE(schedule.is_due(500 * kMs));
  schedule.done(500 * kMs, 501 * kMs);
  schedule.ask();
  EXPECT_FALSE(schedule.is_due(599 * kMs));
  EXPECT_TRUE(schedule.is_due(600 * kMs));
}

TEST(DiscoverySchedule, LooksOnceASecondWhereNothingAsks) {
  DiscoverySchedule schedule;
  schedule.done(0, kMs);
  EXPECT_FALSE(schedule.is_due(kSecond - 1));
  EXPECT_TRUE(schedule.is_due(kSecond));
}

TEST(DiscoverySchedule, AMillionNewSourcesInASecondAreTenLooks) {
  DiscoverySchedule schedule;
  int looks = 0;
  for (std::int64_t source = 0; source < 1'000'000; ++source) {
    const std::int64_t now = kSecond + source * 1'000;
    schedule.ask();
    if (!schedule.is_due(now)) continue;
    ++looks;
    schedule.done(now, now + kMs);
  }
  EXPECT_EQ(looks, 10);
}

TEST(DiscoverySchedule, LooksRarelyWhereALookTakesLong) {
  DiscoverySchedule schedule;
  std::int64_t spent = 0;
  for (std::int64_t now = 0; now < 60 * kSecond; now += kMs) {
    schedule.ask();
    if (!schedule.is_due(now)) continue;
    schedule.done(now, now + 80 * kMs);
    spent += 80 * kMs;
  }
  EXPECT_LE(spent, 60 * kSecond / 20 + 80 * kMs);
}

// As long as 32 000 episodes took once.
TEST(JudgeSchedule, TakesNoMoreThanAFiftiethOfTheTimeHoweverLongADiagnosisTakes) {
  for (const std::int64_t takes : {kMs, 10 * kMs, 100 * kMs, 700 * kMs, 5 * kSecond}) {
    JudgeSchedule schedule;
    schedule.begin(0);
    std::int64_t spent = 0;
    std::int64_t now = 0;
    while (now < 3'600 * kSecond) {
      if (schedule.may(now)) {
        schedule.done(now, now + takes);
        spent += takes;
        now += takes;
      }
      now += kMs;
    }
    EXPECT_LE(spent, 3'600 * kSecond / 50 + takes) << takes;
  }
}

TEST(JudgeSchedule, AsksTwiceASecondWhereItCostsLittle) {
  JudgeSchedule schedule;
  schedule.begin(0);
  EXPECT_FALSE(schedule.may(499 * kMs));
  EXPECT_TRUE(schedule.may(500 * kMs));
  EXPECT_FALSE(schedule.must(500 * kMs));
  EXPECT_TRUE(schedule.must(1'500 * kMs));
}

}  // namespace
}  // namespace wirecause
