// The pair of clocks against what the kernel says of each at the same moment.
// SPDX-License-Identifier: Apache-2.0
#include "engine/live/clocks.hpp"

#include <gtest/gtest.h>

#include <ctime>

namespace wirecause {
namespace {

std::int64_t kernel_clock(clockid_t clock) {
  timespec now{};
  EXPECT_EQ(::clock_gettime(clock, &now), 0);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

TEST(Clocks, ReadWhatTheKernelReads) {
  const std::int64_t before = kernel_clock(CLOCK_REALTIME);
  const TimeNs now = realtime_now();
  const std::int64_t after = kernel_clock(CLOCK_REALTIME);
  EXPECT_GE(now.ns, before);
  EXPECT_LE(now.ns, after);
  const std::int64_t monotonic_before = kernel_clock(CLOCK_MONOTONIC);
  const std::int64_t monotonic = monotonic_now();
  EXPECT_GE(monotonic, monotonic_before);
  EXPECT_LE(monotonic, kernel_clock(CLOCK_MONOTONIC));
}

// A realtime stamp that lies between two monotonic ones is converted to between their conversions, within the bound. The
// clocks are slewed by at most 500 ppm (adjtimex(2)): in the second that this takes at most, half a millisecond.
TEST(ClockPair, ConvertsWithinItsBound) {
  const ClockPair pair;
  const std::int64_t before = kernel_clock(CLOCK_MONOTONIC);
  const std::int64_t real = kernel_clock(CLOCK_REALTIME);
  const std::int64_t after = kernel_clock(CLOCK_MONOTONIC);
  constexpr std::int64_t kSlew = 500'000;
  EXPECT_LE(pair.realtime(before).ns, real + pair.bound().ns + kSlew);
  EXPECT_GE(pair.realtime(after).ns, real - pair.bound().ns - kSlew);
}

TEST(ClockPair, KeepsDifferencesOfMonotonicStamps) {
  const ClockPair pair;
  EXPECT_EQ(pair.realtime(5'000'000'123) - pair.realtime(5'000'000'000), nanoseconds(123));
}

TEST(ClockPair, HasABoundOfHalfTheTimeThatReadingTook) {
  const std::int64_t before = kernel_clock(CLOCK_MONOTONIC);
  const ClockPair pair;
  const std::int64_t took = kernel_clock(CLOCK_MONOTONIC) - before;
  EXPECT_GT(pair.bound(), nanoseconds(0));
  EXPECT_LE(pair.bound().ns, took / 2 + 1);
}

// The test steps no clock (it would be the host's): without a step the second reading differs by the bounds and the slew.
TEST(ClockPair, SeesNoStepWhereNoneWasMade) {
  ClockPair pair;
  const DurationNs first_bound = pair.bound();
  const DurationNs step = pair.read();
  const std::int64_t most = first_bound.ns + pair.bound().ns + 500'000;
  EXPECT_LE(step.ns, most);
  EXPECT_GE(step.ns, -most);
}

TEST(ClockPair, StampsThatNoKernelGivesDoNotOverflow) {
  const ClockPair pair;
  EXPECT_EQ(pair.realtime(INT64_MAX).ns, INT64_MAX);
  EXPECT_LE(pair.realtime(INT64_MIN).ns, 0);
}

}  // namespace
}  // namespace wirecause
