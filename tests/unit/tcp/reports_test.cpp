// What had reached a sender when it sent: by the shortest way, by what its packets echo, and with many reports on their way.
// SPDX-License-Identifier: Apache-2.0
#include "tcp/reports.hpp"

#include <gtest/gtest.h>

namespace wirecause::tcp {
namespace {

constexpr DurationNs kWay = milliseconds(10);

TimeNs at_us(std::int64_t us) { return TimeNs{} + microseconds(us); }

Report report(std::int64_t us, Offset acknowledged, std::uint32_t stamp = 0) {
  Report out;
  out.time = at_us(us);
  out.acknowledged = acknowledged;
  out.window = 5'000;
  out.stamp = stamp;
  out.has_stamp = stamp != 0;
  out.is_progress = out.is_bare = true;
  return out;
}

Answer answer(std::int64_t us, std::uint32_t echo = 0) {
  return {at_us(us), kWay, kWay + milliseconds(1), echo, echo != 0};
}

// Up to where the sender knew, and that of the last report that it knew for sure.
struct Knew {
  Offset heard = 0;
  Offset sure = 0;
  TimeNs when = kNoTime;
};

Knew knew(Reports& reports, const Answer& by) {
  Knew out;
  while (const auto next = reports.heard(by, kWay)) {
    out.heard = next->acknowledged;
    out.when = next->time;
  }
  while (const auto next = reports.sure(by, kWay)) out.sure = next->acknowledged;
  return out;
}

TEST(Reports, AreHeardWhenTheWayIsOver) {
  Reports reports;
  reports.passed(report(1'000, 100));
  reports.passed(report(2'000, 200));
  EXPECT_EQ(knew(reports, answer(10'900)).heard, 0);
  const Knew at = knew(reports, answer(11'500));
  EXPECT_EQ(at.heard, 100);
  EXPECT_EQ(at.when, at_us(11'000));
  EXPECT_EQ(at.sure, 0);
  const Knew later = knew(reports, answer(14'000));
  EXPECT_EQ(later.heard, 200);
  EXPECT_EQ(later.sure, 200);
  EXPECT_TRUE(reports.empty());
}

TEST(Reports, ThatAPacketEchoesWereHeardHoweverSoon) {
  Reports reports;
  reports.passed(report(1'000, 100, 7));
  reports.passed(report(1'100, 200, 8));
  const Knew at = knew(reports, answer(3'000, 8));
  EXPECT_EQ(at.heard, 100);
  EXPECT_EQ(at.when, at_us(3'000));
}

TEST(Reports, YoungerThanTheEchoWereNotHeardHoweverLate) {
  Reports reports;
  reports.passed(report(1'000, 100, 7));
  reports.passed(report(1'100, 200, 8));
  const Answer late = answer(50'000, 7);
  EXPECT_EQ(knew(reports, late).heard, 100);
  EXPECT_TRUE(reports.is_overdue(late));
  EXPECT_EQ(knew(reports, answer(50'100, 9)).heard, 200);
}

// Its sender need not have taken a packet with data in order: then it echoes an older one.
TEST(Reports, OnPacketsWithDataAreNotDeniedByAnEcho) {
  Reports reports;
  Report with_data = report(1'000, 100, 8);
  with_data.is_bare = false;
  reports.passed(with_data);
  EXPECT_EQ(knew(reports, answer(12'000, 7)).heard, 100);
}

TEST(Reports, OfWhichTooManyAreOnTheirWayAreThinnedOutButTheLastIsKept) {
  Reports reports;
  for (std::int64_t i = 1; i <= 10'000; ++i) reports.passed(report(i, i * 100));
  Offset before = 0;
  std::size_t count = 0;
  while (const auto next = reports.heard(answer(30'000), kWay)) {
    EXPECT_GT(next->acknowledged, before);
    EXPECT_EQ(next->acknowledged % 100, 0);
    before = next->acknowledged;
    ++count;
  }
  EXPECT_EQ(before, 1'000'000);
  EXPECT_LE(count, 32U);
  EXPECT_GE(count, 8U);
}

}  // namespace
}  // namespace wirecause::tcp
