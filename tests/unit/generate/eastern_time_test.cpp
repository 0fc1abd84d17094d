// SPDX-License-Identifier: Apache-2.0
#include "generate/eastern_time.hpp"

#include <gtest/gtest.h>

namespace wirecause::generate {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

std::uint64_t seconds_at(std::int64_t unix_seconds) {
  return eastern_ns_since_midnight(TimeNs{unix_seconds * kSecond}) / kSecond;
}

TEST(EasternTime, DaysCountFromTheEpoch) {
  EXPECT_EQ(days_since_epoch(1970, 1, 1), 0);
  EXPECT_EQ(days_since_epoch(2000, 3, 1), 11'017);
  EXPECT_EQ(days_since_epoch(2026, 1, 5), 20'458);
}

TEST(EasternTime, IsFiveHoursBehindInWinterAndFourInSummer) {
  EXPECT_EQ(seconds_at(1'767'623'400), 9U * 3600 + 1800);  // 2026-01-05 14:30 UTC
  EXPECT_EQ(seconds_at(1'782'912'600), 9U * 3600 + 1800);  // 2026-07-01 13:30 UTC
}

TEST(EasternTime, SpringsForwardOnTheSecondSundayOfMarch) {
  EXPECT_EQ(seconds_at(1'772'953'199), 2U * 3600 - 1);  // 2026-03-08 06:59:59 UTC
  EXPECT_EQ(seconds_at(1'772'953'200), 3U * 3600);
}

TEST(EasternTime, FallsBackOnTheFirstSundayOfNovember) {
  EXPECT_EQ(seconds_at(1'793'512'799), 2U * 3600 - 1);  // 2026-11-01 05:59:59 UTC
  EXPECT_EQ(seconds_at(1'793'512'800), 1U * 3600);
}

}  // namespace
}  // namespace wirecause::generate
