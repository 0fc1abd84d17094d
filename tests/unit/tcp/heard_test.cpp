// SPDX-License-Identifier: Apache-2.0
#include "tcp/heard.hpp"

#include <gtest/gtest.h>

namespace wirecause::test {
namespace {

using tcp::Heard;

TEST(Heard, AnEchoTellsWhichAcknowledgementsHadArrived) {
  Heard heard;
  heard.set(Heard::By::echo, 100);
  heard.passed(200, 7, TimeNs{1'000'000});
  heard.passed(300, 8, TimeNs{2'000'000});
  EXPECT_EQ(heard.known_at(6), 100);
  EXPECT_EQ(heard.known_at(7), 200);
  EXPECT_EQ(heard.known_at(9), 300);
}

TEST(Heard, WithoutStampsTheHalfRoundTripTells) {
  Heard heard;
  heard.set(Heard::By::time, 0);
  heard.passed(1'000, Heard::key_of(TimeNs{5'000'000}), TimeNs{5'000'000});
  EXPECT_EQ(heard.known_at(Heard::key_of(TimeNs{14'000'000} - milliseconds(10))), 0);
  EXPECT_EQ(heard.known_at(Heard::key_of(TimeNs{16'000'000} - milliseconds(10))), 1'000);
}

TEST(Heard, StampsWrap) {
  Heard heard;
  heard.set(Heard::By::echo, 0);
  heard.passed(10, 0xffff'ffff, TimeNs{1});
  heard.passed(20, 2, TimeNs{2'000'000});
  EXPECT_EQ(heard.known_at(0xffff'ffff), 10);
  EXPECT_EQ(heard.known_at(3), 20);
}

// More acknowledgements are under way than it keeps: some are left out, and what is known is never too much.
TEST(Heard, CoversALongWayWithFewOfThem) {
  Heard heard;
  heard.set(Heard::By::echo, 0);
  constexpr std::uint32_t kWay = 200;
  tcp::Offset furthest = 0;
  for (std::uint32_t i = 1; i <= 2'000; ++i) {
    heard.passed(i * 10, i, TimeNs{i * std::int64_t{1'000'000}});
    if (i <= kWay) continue;
    const tcp::Offset known = heard.known_at(i - kWay);
    EXPECT_LE(known, (i - kWay) * 10);
    furthest = known;
  }
  EXPECT_GT(furthest, 1'700 * 10);
}

TEST(Heard, OffsetsGoOnBeyondFourGigabytes) {
  Heard heard;
  constexpr tcp::Offset kFar = 10'000'000'000;
  heard.set(Heard::By::echo, kFar);
  heard.passed(kFar + 500, 1, TimeNs{1});
  EXPECT_EQ(heard.known_at(1), kFar + 500);
}

}  // namespace
}  // namespace wirecause::test
