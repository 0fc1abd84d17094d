// Oracle: glibc's localtime_r with TZ set, over ninety years of a dozen zones. TZif bytes by RFC 8536.
// SPDX-License-Identifier: Apache-2.0
#include "base/zone.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>

namespace wirecause {
namespace {

class SetTimeZone {
 public:
  explicit SetTimeZone(const std::string& zone) {
    setenv("TZ", zone.c_str(), 1);
    tzset();
  }
  ~SetTimeZone() {
    unsetenv("TZ");
    tzset();
  }
  SetTimeZone(const SetTimeZone&) = delete;
  SetTimeZone& operator=(const SetTimeZone&) = delete;
};

std::int64_t system_offset(std::int64_t utc_s) {
  const std::time_t t = utc_s;
  std::tm local{};
  localtime_r(&t, &local);
  return local.tm_gmtoff;
}

class ZoneAgainstTheSystem : public ::testing::TestWithParam<const char*> {};

TEST_P(ZoneAgainstTheSystem, GivesTheSameOffsetFrom1970To2060) {
  const std::string name = GetParam();
  if (!std::filesystem::exists("/usr/share/zoneinfo/" + name))
    GTEST_SKIP() << name << " is not in this host's database";
  const auto zone = Zone::load(name);
  ASSERT_TRUE(zone);
  EXPECT_FALSE(zone->is_built_in());
  const SetTimeZone use(name);
  constexpr std::int64_t k2060 = 2'840'140'800;
  constexpr std::int64_t kStep = 19 * 3'600 + 17;  // meets every hour and minute
  for (std::int64_t s = 0; s < k2060; s += kStep) ASSERT_EQ(zone->offset_at(s), system_offset(s)) << s;
}

INSTANTIATE_TEST_SUITE_P(Exchanges, ZoneAgainstTheSystem,
                         ::testing::Values("America/New_York", "America/Chicago", "America/Sao_Paulo", "Europe/London",
                                           "Europe/Berlin", "Asia/Tokyo", "Asia/Kolkata", "Asia/Tehran", "Asia/Beirut",
                                           "Australia/Sydney", "Australia/Lord_Howe", "America/St_Johns", "Etc/UTC"));

class BuiltInRule : public ::testing::TestWithParam<const char*> {};

TEST_P(BuiltInRule, AgreesWithTheDatabaseFrom2008To2060) {
  const std::string name = GetParam();
  if (!std::filesystem::exists("/usr/share/zoneinfo/" + name))
    GTEST_SKIP() << name << " is not in this host's database";
  const auto zone = Zone::load(name, "/nonexistent");
  ASSERT_TRUE(zone);
  EXPECT_TRUE(zone->is_built_in());
  const SetTimeZone use(name);
  for (std::int64_t s = 1'209'600'000; s < 2'840'140'800; s += 19 * 3'600 + 17)
    ASSERT_EQ(zone->offset_at(s), system_offset(s)) << s;
}

INSTANTIATE_TEST_SUITE_P(Exchanges, BuiltInRule,
                         ::testing::Values("UTC", "Etc/UTC", "America/New_York", "US/Eastern", "America/Toronto",
                                           "America/Chicago", "US/Central", "Europe/London", "Europe/Paris",
                                           "Europe/Berlin", "Asia/Tokyo", "Asia/Hong_Kong", "Asia/Singapore",
                                           "Australia/Sydney"));

TEST(Zone, RefusesNamesThatLeaveTheDatabase) {
  for (const char* name : {"", "../../etc/passwd", "/etc/passwd", "America/../../x", "a b"}) {
    const auto zone = Zone::load(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_EQ(zone.error().code(), Errc::usage) << name;
  }
}

// An empty version 1 block, then one type of +01:00, no transition, and a rule.
std::string small_tzif() {
  const auto u32 = [](std::uint32_t v) {
    return std::string{static_cast<char>(v >> 24U), static_cast<char>(v >> 16U), static_cast<char>(v >> 8U),
                       static_cast<char>(v)};
  };
  const auto block = [&](std::uint32_t types, std::uint32_t characters) {
    return "TZif2" + std::string(15, '\0') + u32(0) + u32(0) + u32(0) + u32(0) + u32(types) + u32(characters);
  };
  return block(0, 0) + block(1, 4) + u32(3600) + std::string(2, '\0') + std::string("CET\0", 4) + "\nCET-1\n";
}

TEST(Zone, ReadsAFileWithoutTransitions) {
  const std::string file = small_tzif();
  const auto zone = Zone::parse(std::as_bytes(std::span(file)));
  ASSERT_TRUE(zone);
  EXPECT_EQ(zone->offset_at(0), 3'600);
  EXPECT_EQ(zone->offset_at(4'000'000'000), 3'600);
}

TEST(Zone, RefusesOrReadsAFileCutAtAnyByteAndNeverReadsBeyondIt) {
  const std::string file = small_tzif();
  const std::size_t data_ends = file.size() - std::string_view("\nCET-1\n").size();
  for (std::size_t n = 0; n < file.size(); ++n) {
    const std::vector<char> exact(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(n));
    EXPECT_EQ(Zone::parse(std::as_bytes(std::span(exact))).has_value(), n >= data_ends) << n;
  }
}

TEST(Zone, RefusesCountsThatTheFileCannotHold) {
  std::string file = small_tzif();
  for (std::size_t at = 44 + 20; at < 44 + 44; at += 4) {
    std::string hostile = file;
    hostile.replace(at, 4, "\xff\xff\xff\xff");
    EXPECT_FALSE(Zone::parse(std::as_bytes(std::span(hostile)))) << at;
  }
}

TEST(PosixTz, RefusesWhatIsNoRule) {
  for (const char* text :
       {"", "X", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0",
        "EST5EDT,M3.2.7,M11.1.0", "<+03", "EST5 ", "EST99999999999", "EST5EDT,J366,J1", "EST5EDT,366,1"}) {
    EXPECT_FALSE(PosixTz::parse(text)) << text;
  }
}

TEST(PosixTz, CountsJulianDaysWithAndWithoutTheLeapDay) {
  // 2024-03-01 00:00 UTC is day 60 counted from 0 (leap day included) and J60 (never included).
  const auto by_day = PosixTz::parse("AAA0BBB,60/0,300/0");
  const auto by_julian = PosixTz::parse("AAA0BBB,J60/0,J300/0");
  ASSERT_TRUE(by_day);
  ASSERT_TRUE(by_julian);
  constexpr std::int64_t kMarchFirst2024 = 1'709'251'200;
  for (const auto& rule : {*by_day, *by_julian}) {
    EXPECT_EQ(rule.offset_at(kMarchFirst2024 - 1), 0);
    EXPECT_EQ(rule.offset_at(kMarchFirst2024), 3'600);
  }
  constexpr std::int64_t kMarchFirst2023 = 1'677'628'800;
  EXPECT_EQ(by_julian->offset_at(kMarchFirst2023), 3'600);
  EXPECT_EQ(by_day->offset_at(kMarchFirst2023), 0);
}

}  // namespace
}  // namespace wirecause
