// Ticks to nanoseconds; the expected values are computed by hand from 10^-n and 2^-n.
// SPDX-License-Identifier: Apache-2.0
#include "capture/tick_clock.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kAllTicks = std::numeric_limits<std::uint64_t>::max();

TEST(TickClock, CountsMicrosecondsWhereNothingIsSaid) {
  EXPECT_EQ(TickClock().time(1'700'000'000'123'456).ns, 1'700'000'000'123'456'000);
  EXPECT_EQ(TickClock().ticks_per_second(), 1'000'000);
}

TEST(TickClock, IsExactForPowersOfTenDownToNanoseconds) {
  std::int64_t per_tick = 1'000'000'000;
  for (std::uint8_t n = 0; n <= 9; ++n, per_tick /= 10) EXPECT_EQ(TickClock(n, 0).time(7).ns, 7 * per_tick) << int{n};
}

TEST(TickClock, TruncatesWhatIsFinerThanANanosecond) {
  EXPECT_EQ(TickClock(10, 0).time(19).ns, 1);
  EXPECT_EQ(TickClock(12, 0).time(1'999'999).ns, 1'999);
  EXPECT_EQ(TickClock(28, 0).time(kAllTicks).ns, 1);  // 1.8e19 ticks of 10^-28 s are 1.8 ns
  EXPECT_EQ(TickClock(127, 0).time(kAllTicks).ns, 0);
}

TEST(TickClock, ConvertsBinaryFractionsByTruncation) {
  EXPECT_EQ(TickClock(0x80 | 0, 0).time(3).ns, 3'000'000'000);
  EXPECT_EQ(TickClock(0x80 | 1, 0).time(3).ns, 1'500'000'000);
  EXPECT_EQ(TickClock(0x80 | 10, 0).time(1).ns, 976'562);                                    // 976 562.5
  EXPECT_EQ(TickClock(0x80 | 32, 0).time((std::uint64_t{5} << 32U) + 1).ns, 5'000'000'000);  // and 0.23 ns
  EXPECT_EQ(TickClock(0x80 | 64, 0).time(std::uint64_t{1} << 63U).ns, 500'000'000);
  EXPECT_EQ(TickClock(0x80 | 127, 0).time(kAllTicks).ns, 0);
}

TEST(TickClock, AddsTheOffset) {
  EXPECT_EQ(TickClock(9, -2).time(5'000'000'000).ns, 3'000'000'000);
  EXPECT_EQ(TickClock(9, 1'600'000'000).time(1).ns, 1'600'000'000'000'000'001);
}

TEST(TickClock, SaturatesHostileValuesAndNeverSaysNoTime) {
  constexpr auto kFarthest = std::numeric_limits<std::int64_t>::max();
  constexpr auto kEarliest = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(TickClock(0, 0).time(kAllTicks).ns, kMax);
  EXPECT_EQ(TickClock(9, 0).time(kAllTicks).ns, kMax);
  EXPECT_EQ(TickClock(0x80, 0).time(kAllTicks).ns, kMax);
  EXPECT_EQ(TickClock(9, kFarthest).time(kAllTicks).ns, kMax);
  EXPECT_EQ(TickClock(9, kEarliest).time(0).ns, -kMax);
  EXPECT_NE(TickClock(9, kEarliest).time(0), kNoTime);
}

TEST(TickClock, SaturatesTheResolutionThatAnIntegerCannotHold) {
  EXPECT_EQ(TickClock(18, 0).ticks_per_second(), 1'000'000'000'000'000'000);
  EXPECT_EQ(TickClock(19, 0).ticks_per_second(), kMax);
  EXPECT_EQ(TickClock(100, 0).ticks_per_second(), kMax);
  EXPECT_EQ(TickClock(0x80 | 62, 0).ticks_per_second(), std::int64_t{1} << 62U);
  EXPECT_EQ(TickClock(0x80 | 63, 0).ticks_per_second(), kMax);
}

}  // namespace
}  // namespace wirecause
