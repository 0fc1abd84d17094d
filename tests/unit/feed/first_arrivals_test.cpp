// The ring of first arrivals: what a line that comes later looks up.
// SPDX-License-Identifier: Apache-2.0
#include "feed/first_arrivals.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

// Arrival i brings units [3i, 3i + 3) at i microseconds.
FirstArrivals with(std::uint64_t packets) {
  FirstArrivals arrivals;
  for (std::uint64_t i = 0; i < packets; ++i) {
    arrivals.push(i * 3, i * 3 + 3, TimeNs{static_cast<std::int64_t>(i) * 1'000}, 0);
  }
  return arrivals;
}

TEST(FirstArrivals, AnEmptyRingHasNothingToFind) {
  const FirstArrivals arrivals;
  FirstArrivals::Cursor cursor = 0;
  arrivals.seek(cursor, 5);
  EXPECT_EQ(cursor, arrivals.end());
}

TEST(FirstArrivals, SeekFindsTheArrivalThatBroughtTheUnit) {
  const FirstArrivals arrivals = with(100);
  FirstArrivals::Cursor cursor = arrivals.oldest();
  arrivals.seek(cursor, 31);
  EXPECT_EQ(arrivals.at(cursor).first, 30U);
  EXPECT_EQ(arrivals.at(cursor).time.ns, 10'000);
}

TEST(FirstArrivals, AUnitThatNobodyBroughtYetIsAtTheEnd) {
  const FirstArrivals arrivals = with(100);
  FirstArrivals::Cursor cursor = arrivals.oldest();
  arrivals.seek(cursor, 300);
  EXPECT_EQ(cursor, arrivals.end());
}

TEST(FirstArrivals, KeepsTheNewestOnesAndACursorThatFellBehindIsMovedUp) {
  const FirstArrivals arrivals = with(FirstArrivals::kCapacity + 10);
  EXPECT_EQ(arrivals.oldest(), 10U);
  FirstArrivals::Cursor cursor = 0;
  arrivals.seek(cursor, 0);
  EXPECT_EQ(cursor, 10U);
  EXPECT_EQ(arrivals.at(cursor).first, 30U);
}

TEST(FirstArrivals, ShiftMovesNumbersAndNotTimes) {
  FirstArrivals arrivals = with(5);
  arrivals.shift(1'000);
  FirstArrivals::Cursor cursor = arrivals.oldest();
  arrivals.seek(cursor, 1'004);
  EXPECT_EQ(arrivals.at(cursor).first, 1'003U);
  EXPECT_EQ(arrivals.at(cursor).time.ns, 1'000);
}

}  // namespace
}  // namespace wirecause
