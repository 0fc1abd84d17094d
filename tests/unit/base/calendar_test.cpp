// Expected instants: `TZ=<zone> date -d "<day> 00:00" +%s` of GNU coreutils with tzdata 2024+.
// SPDX-License-Identifier: Apache-2.0
#include "base/calendar.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

namespace wirecause {
namespace {

bool has_database() { return std::filesystem::exists("/usr/share/zoneinfo/America/New_York"); }

class ExchangeCalendarTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_database()) GTEST_SKIP() << "no time-zone database on this host (package tzdata)";
  }
};

std::int64_t midnight_s(std::string_view zone, std::int64_t utc_s) {
  auto calendar = ExchangeCalendar::load(zone);
  if (!calendar) return -1;
  return calendar->midnight_before(TimeNs{0} + seconds(utc_s)).ns / 1'000'000'000;
}

constexpr std::int64_t kHour = 3'600;

TEST_F(ExchangeCalendarTest, FindsMidnightInNewYorkOnTheDayThatClocksGoForward) {
  EXPECT_EQ(midnight_s("America/New_York", 1'710'046'800), 1'710'046'800);               // at 00:00 itself
  EXPECT_EQ(midnight_s("America/New_York", 1'710'046'800 - 1), 1'709'960'400);           // a second before
  EXPECT_EQ(midnight_s("America/New_York", 1'710'046'800 + 12 * kHour), 1'710'046'800);  // 13:00 EDT
  EXPECT_EQ(midnight_s("America/New_York", 1'710'129'600 - 1), 1'710'046'800);           // after 23 h it ends
  EXPECT_EQ(midnight_s("America/New_York", 1'710'129'600), 1'710'129'600);
}

TEST_F(ExchangeCalendarTest, FindsMidnightInNewYorkOnTheDayThatClocksGoBack) {
  EXPECT_EQ(midnight_s("America/New_York", 1'730'606'400 + 20 * kHour), 1'730'606'400);
  EXPECT_EQ(midnight_s("America/New_York", 1'730'696'400 - 1), 1'730'606'400);  // after 25 h it ends
  EXPECT_EQ(midnight_s("America/New_York", 1'730'696'400), 1'730'696'400);
}

TEST_F(ExchangeCalendarTest, FindsMidnightInChicagoTokyoAndUtc) {
  EXPECT_EQ(midnight_s("America/Chicago", 1'710'050'400 + 22 * kHour), 1'710'050'400);
  EXPECT_EQ(midnight_s("America/Chicago", 1'730'610'000 + 24 * kHour), 1'730'610'000);
  EXPECT_EQ(midnight_s("Asia/Tokyo", 1'709'996'400 + 23 * kHour), 1'709'996'400);
  EXPECT_EQ(midnight_s("UTC", 1'710'046'800), 1'710'028'800);
}

TEST_F(ExchangeCalendarTest, FindsMidnightSouthOfTheEquator) {
  EXPECT_EQ(midnight_s("Australia/Sydney", 1'728'136'800 + 22 * kHour), 1'728'136'800);
  EXPECT_EQ(midnight_s("Australia/Sydney", 1'711'803'600 + kHour), 1'711'803'600);
}

TEST_F(ExchangeCalendarTest, UsesTheZonesRuleBeyondItsListOfChanges) {
  EXPECT_EQ(midnight_s("America/New_York", 2'540'260'800 + 5 * kHour), 2'540'260'800);  // 2050-07-01
}

TEST_F(ExchangeCalendarTest, TakesTheFirstInstantOfADayWithoutMidnight) {
  // Beirut and Havana go forward at 00:00: the day begins at 01:00, which is 22:00 UTC and 05:00 UTC.
  EXPECT_EQ(midnight_s("Asia/Beirut", 1'711'836'000 + 3 * kHour), 1'711'836'000);
  EXPECT_EQ(midnight_s("Asia/Beirut", 1'711'836'000 - 1), 1'711'749'600);
  EXPECT_EQ(midnight_s("America/Havana", 1'710'046'800 + 3 * kHour), 1'710'046'800);
}

TEST_F(ExchangeCalendarTest, AnswersTheSameInWhateverOrderItIsAsked) {
  auto calendar = ExchangeCalendar::load("America/New_York");
  ASSERT_TRUE(calendar);
  for (std::int64_t s = 1'710'129'600 + 40 * kHour; s > 1'709'960'400; s -= 1'800) {
    EXPECT_EQ(calendar->midnight_before(TimeNs{0} + seconds(s)).ns / 1'000'000'000, midnight_s("America/New_York", s));
  }
}

TEST_F(ExchangeCalendarTest, PlacesASendTimeOnTheDayNearestToTheCapture) {
  auto calendar = ExchangeCalendar::load("America/New_York");
  ASSERT_TRUE(calendar);
  const TimeNs midnight = TimeNs{0} + seconds(1'719'806'400);  // 2024-07-01
  const DurationNs last_millisecond = seconds(86'400) - milliseconds(1);
  EXPECT_EQ(calendar->instant(seconds(34'200), midnight + seconds(34'200)), midnight + seconds(34'200));
  EXPECT_EQ(calendar->instant(last_millisecond, midnight + milliseconds(1)), midnight - milliseconds(1));
  EXPECT_EQ(calendar->instant(milliseconds(1), midnight - milliseconds(1)), midnight + milliseconds(1));
}

TEST_F(ExchangeCalendarTest, SurvivesStampsAtTheEndsOfTime) {
  auto calendar = ExchangeCalendar::load("America/New_York");
  ASSERT_TRUE(calendar);
  for (const std::int64_t ns : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    (void)calendar->midnight_before(TimeNs{ns});
    (void)calendar->instant(DurationNs{std::numeric_limits<std::int64_t>::max()}, TimeNs{ns});
    (void)calendar->instant(DurationNs{std::numeric_limits<std::int64_t>::min()}, TimeNs{ns});
  }
}

TEST(ExchangeCalendar, WorksByARuleOfItsOwnWhereTheDatabaseIsMissing) {
  auto calendar = ExchangeCalendar::load("America/New_York", "/nonexistent");
  ASSERT_TRUE(calendar);
  EXPECT_TRUE(calendar->is_built_in());
  EXPECT_EQ(calendar->midnight_before(TimeNs{0} + seconds(1'730'696'399)).ns, 1'730'606'400'000'000'000);
  EXPECT_EQ(calendar->midnight_before(TimeNs{0} + seconds(1'710'129'599)).ns, 1'710'046'800'000'000'000);
}

TEST(ExchangeCalendar, SaysWhatToInstallWhereNoRuleIsKnown) {
  const auto calendar = ExchangeCalendar::load("Pacific/Chatham", "/nonexistent");
  ASSERT_FALSE(calendar);
  EXPECT_EQ(calendar.error().code(), Errc::not_found);
  EXPECT_NE(calendar.error().message().find("tzdata"), std::string::npos);
}

}  // namespace
}  // namespace wirecause
