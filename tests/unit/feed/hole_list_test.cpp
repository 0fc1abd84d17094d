// The list of open holes against a plain set of missing numbers.
// SPDX-License-Identifier: Apache-2.0
#include "feed/hole_list.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace wirecause {
namespace {

Hole hole(std::uint64_t first, std::uint64_t end, std::uint64_t frame = 0) {
  Hole made;
  made.first = first;
  made.end = end;
  made.frame = frame;
  return made;
}

// Fills [first, end) and says which numbers were missing.
std::set<std::uint64_t> fill(HoleList& holes, std::uint64_t first, std::uint64_t end) {
  std::set<std::uint64_t> filled;
  holes.fill(first, end, [&](const Hole& part) {
    for (std::uint64_t n = part.first; n < part.end; ++n) filled.insert(n);
  });
  return filled;
}

TEST(HoleList, FillingTheMiddleSplitsAHoleAndBothEndsRememberWhatShowedThem) {
  HoleList holes;
  holes.open(hole(10, 20, 7));
  EXPECT_EQ(fill(holes, 13, 15), (std::set<std::uint64_t>{13, 14}));
  ASSERT_EQ(holes.size(), 2U);
  EXPECT_EQ(holes.all()[0].end, 13U);
  EXPECT_EQ(holes.all()[1].first, 15U);
  EXPECT_EQ(holes.all()[1].frame, 7U);
  EXPECT_EQ(holes.units(), 8U);
}

TEST(HoleList, FillingAcrossSeveralHolesFillsOnlyWhatIsMissing) {
  HoleList holes;
  holes.open(hole(10, 12));
  holes.open(hole(15, 17));
  holes.open(hole(20, 22));
  EXPECT_EQ(fill(holes, 11, 21), (std::set<std::uint64_t>{11, 15, 16, 20}));
  EXPECT_EQ(holes.units(), 2U);
}

TEST(HoleList, AdjoiningHolesAreKeptApart) {
  HoleList holes;
  holes.open(hole(10, 12, 1));
  holes.open(hole(12, 14, 2));
  EXPECT_EQ(holes.size(), 2U);
  EXPECT_EQ(holes.all()[1].frame, 2U);
}

TEST(HoleList, AHoleBelowTheOthersIsPutInItsPlace) {
  HoleList holes;
  holes.open(hole(30, 40));
  holes.open(hole(10, 20));
  EXPECT_EQ(holes.oldest().first, 10U);
  EXPECT_EQ(holes.take_oldest().first, 10U);
  EXPECT_EQ(holes.take_oldest().first, 30U);
  EXPECT_TRUE(holes.empty());
}

TEST(HoleList, OverlapsSeesHolesAndNothingBetweenThem) {
  HoleList holes;
  holes.open(hole(10, 12));
  holes.open(hole(15, 17));
  EXPECT_TRUE(holes.overlaps(11, 12));
  EXPECT_TRUE(holes.overlaps(0, 100));
  EXPECT_FALSE(holes.overlaps(12, 15));
  EXPECT_FALSE(holes.overlaps(17, 100));
  EXPECT_FALSE(holes.overlaps(0, 10));
}

TEST(HoleList, LookingAtMissingPartsChangesNothing) {
  HoleList holes;
  holes.open(hole(10, 20));
  std::uint64_t units = 0;
  holes.for_each_missing(15, 100, [&](const Hole& part) { units += part.count(); });
  EXPECT_EQ(units, 5U);
  EXPECT_EQ(holes.units(), 10U);
}

TEST(HoleList, HoldsFourThousandAndNinetySixHolesThenIsFull) {
  HoleList holes;
  for (std::uint64_t i = 0; i < 4'096; ++i) {
    EXPECT_FALSE(holes.full());
    holes.open(hole(i * 2, i * 2 + 1));
  }
  EXPECT_TRUE(holes.full());
}

TEST(HoleList, AgreesWithASetOfNumbersOverRandomOpeningsFillingsAndTakings) {
  std::mt19937_64 random(1);
  HoleList holes;
  std::set<std::uint64_t> missing;
  std::uint64_t next = 0;
  for (int step = 0; step < 20'000; ++step) {
    if (const auto what = random() % 8; what < 3 && !holes.full()) {
      const std::uint64_t first = next + random() % 3;
      next = first + 1 + random() % 10;
      holes.open(hole(first, next));
      for (std::uint64_t n = first; n < next; ++n) missing.insert(n);
    } else if (what == 3 && !holes.empty()) {
      const Hole taken = holes.take_oldest();
      for (std::uint64_t n = taken.first; n < taken.end; ++n) ASSERT_EQ(missing.erase(n), 1U);
    } else {
      const std::uint64_t first = next - std::min(next, random() % 200);
      const std::uint64_t end = first + random() % 20;
      std::set<std::uint64_t> expected(missing.lower_bound(first), missing.lower_bound(std::max(first, end)));
      ASSERT_EQ(holes.overlaps(first, end), !expected.empty());
      ASSERT_EQ(fill(holes, first, end), expected);
      for (const std::uint64_t n : expected) missing.erase(n);
    }
    ASSERT_EQ(holes.units(), missing.size());
  }
}

}  // namespace
}  // namespace wirecause
