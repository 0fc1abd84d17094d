// SPDX-License-Identifier: Apache-2.0
#include "generate/plan_text.hpp"

#include <gtest/gtest.h>

namespace wirecause::generate {
namespace {

TEST(PlanText, ReadsTimesWithTheirUnits) {
  EXPECT_EQ(parse_span("250ns")->ns, 250);
  EXPECT_EQ(parse_span("1.5ms")->ns, 1'500'000);
  EXPECT_EQ(parse_span("2s")->ns, 2'000'000'000);
  EXPECT_EQ(parse_span("0")->ns, 0);
  for (const char* bad : {"", "5", "-1us", "5 us", "us", "nan", "1e30s", "5usx"}) EXPECT_FALSE(parse_span(bad)) << bad;
}

TEST(PlanText, ReadsStartTimes) {
  EXPECT_EQ(parse_start("2026-01-05T14:30:00Z")->ns, 1'767'623'400'000'000'000);
  EXPECT_EQ(parse_start("1767623400")->ns, 1'767'623'400'000'000'000);
  for (const char* bad : {"", "2026-01-05", "2026-13-05T14:30:00Z", "2026-01-05T14:30:00", "99999999999"})
    EXPECT_FALSE(parse_start(bad)) << bad;
}

TEST(PlanText, ReadsEveryPattern) {
  const auto numbers = parse_pattern("seq=100-120+130,session=2");
  ASSERT_TRUE(numbers);
  EXPECT_EQ(numbers->kind, Pattern::Kind::numbers);
  ASSERT_EQ(numbers->ranges.size(), 2U);
  EXPECT_EQ(numbers->ranges[0].last, 120U);
  EXPECT_EQ(numbers->ranges[1].first, 130U);
  EXPECT_EQ(numbers->session, 2U);
  EXPECT_EQ(parse_pattern("every=50")->count, 50U);
  EXPECT_DOUBLE_EQ(parse_pattern("random=0.01")->probability, 0.01);
  EXPECT_EQ(parse_pattern("burst=0.001x20")->count, 20U);
  EXPECT_EQ(parse_pattern("time=1ms-2ms")->ranges[0].first, 1'000'000U);
  for (const char* bad : {"", "every=0", "random=2", "burst=20", "seq=9-5", "seq=", "often=1", "every=5,random=0.1"})
    EXPECT_FALSE(parse_pattern(bad)) << bad;
}

TEST(PlanText, ReadsWhereAFaultIs) {
  EXPECT_EQ(parse_fault(Fault::Kind::lose, "B:every=5")->line, 1U);
  EXPECT_EQ(parse_fault(Fault::Kind::lose, "3.A:every=5")->feed, 2U);
  EXPECT_FALSE(parse_fault(Fault::Kind::lose, "*:every=5")->line);
  for (const char* bad : {"every=5", "E:every=5", "0.A:every=5", "AB:every=5", ":every=5", "A:"})
    EXPECT_FALSE(parse_fault(Fault::Kind::lose, bad)) << bad;
}

TEST(PlanText, ReadsTheSettingsOfAFaultAndNoOthers) {
  EXPECT_EQ(parse_fault(Fault::Kind::reorder, "A:every=5,by=3")->by, 3U);
  EXPECT_EQ(parse_fault(Fault::Kind::duplicate, "A:every=5,copies=2")->copies, 2U);
  EXPECT_EQ(parse_fault(Fault::Kind::late, "A:every=5,delay=9ms")->delay.ns, 9'000'000);
  EXPECT_FALSE(parse_fault(Fault::Kind::lose, "A:every=5,delay=9ms"));
  EXPECT_FALSE(parse_fault(Fault::Kind::reorder, "A:every=5,copies=2"));
}

TEST(PlanText, ReadsTailLossPausesAndLines) {
  bool is_revealed = false;
  EXPECT_EQ(parse_tail_loss("A:5", is_revealed)->pattern.count, 5U);
  EXPECT_FALSE(is_revealed);
  EXPECT_TRUE(parse_tail_loss("A:5,revealed", is_revealed));
  EXPECT_TRUE(is_revealed);
  EXPECT_EQ(parse_pause("50,for=20ms,queued", Pause::Kind::unsent)->kind, Pause::Kind::queued);
  EXPECT_FALSE(parse_pause("50,for=20ms,queued", Pause::Kind::idle));
  EXPECT_FALSE(parse_pause("50", Pause::Kind::idle));
  EXPECT_EQ(*parse_lines("A,B,C"), 3U);
  EXPECT_EQ(*parse_lines("1"), 1U);
  for (const char* bad : {"", "B", "A,C", "0", "5", "A,B,C,D,E"}) EXPECT_FALSE(parse_lines(bad)) << bad;
}

}  // namespace
}  // namespace wirecause::generate
