// The set of intervals against a plain set of numbers.
// SPDX-License-Identifier: Apache-2.0
#include "feed/interval_set.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace wirecause {
namespace {

TEST(IntervalSet, CountsEachNumberOnce) {
  IntervalSet set;
  EXPECT_EQ(set.insert(10, 20), 10U);
  EXPECT_EQ(set.insert(10, 20), 0U);
  EXPECT_EQ(set.insert(15, 25), 5U);
  EXPECT_EQ(set.insert(5, 30), 10U);
}

TEST(IntervalSet, IntervalsThatTouchShareNoNumber) {
  IntervalSet set;
  EXPECT_EQ(set.insert(10, 20), 10U);
  EXPECT_EQ(set.insert(20, 30), 10U);
  EXPECT_EQ(set.insert(0, 10), 10U);
  EXPECT_EQ(set.insert(0, 30), 0U);
}

TEST(IntervalSet, OneIntervalMayJoinMany) {
  IntervalSet set;
  for (std::uint64_t n = 0; n < 100; n += 10) set.insert(n, n + 1);
  EXPECT_EQ(set.insert(0, 100), 90U);
}

TEST(IntervalSet, BeyondItsBoundTheLowestIsForgottenFirst) {
  IntervalSet set;
  for (std::uint64_t n = 0; n <= IntervalSet::kMaxIntervals; ++n) set.insert(n * 2, n * 2 + 1);
  EXPECT_EQ(set.insert(2, 3), 0U);
  EXPECT_EQ(set.insert(0, 1), 1U);
}

TEST(IntervalSet, AgreesWithASetOfNumbersOverRandomInsertions) {
  std::mt19937_64 random(2);
  IntervalSet intervals;
  std::set<std::uint64_t> numbers;
  for (int step = 0; step < 5'000; ++step) {
    const std::uint64_t first = random() % 2'000;
    const std::uint64_t end = first + 1 + random() % 30;
    std::uint64_t fresh = 0;
    for (std::uint64_t n = first; n < end; ++n) fresh += numbers.insert(n).second ? 1U : 0U;
    ASSERT_EQ(intervals.insert(first, end), fresh);
  }
}

}  // namespace
}  // namespace wirecause
