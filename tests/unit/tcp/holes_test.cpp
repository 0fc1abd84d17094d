// SPDX-License-Identifier: Apache-2.0
#include "tcp/holes.hpp"

#include <gtest/gtest.h>

namespace wirecause::tcp {
namespace {

// Overlapping segments of every shape against one hole [10, 20): begin, end, bytes that fill it, bytes left.
TEST(Holes, AreFilledByOverlapsOfEveryShape) {
  struct Shape {
    Offset begin, end, filled;
    std::size_t left;
  };
  for (const Shape s :
       {Shape{0, 10, 0, 1}, Shape{20, 30, 0, 1}, Shape{10, 20, 10, 0}, Shape{5, 25, 10, 0}, Shape{5, 15, 5, 1},
        Shape{15, 25, 5, 1}, Shape{10, 12, 2, 1}, Shape{18, 20, 2, 1}, Shape{12, 15, 3, 2}, Shape{15, 15, 0, 1}}) {
    Holes holes;
    holes.open(10, 20, {});
    EXPECT_EQ(holes.fill(s.begin, s.end), s.filled) << s.begin << " " << s.end;
    EXPECT_EQ(holes.all().size(), s.left) << s.begin << " " << s.end;
    EXPECT_EQ(holes.missing_in(0, 100), 10 - s.filled) << s.begin << " " << s.end;
  }
}

TEST(Holes, AcrossManyAreFilledAtOnce) {
  Holes holes;
  for (Offset at = 0; at < 100; at += 10) holes.open(at, at + 5, {});
  EXPECT_EQ(holes.fill(12, 42), 3 + 5 + 5 + 2);
  EXPECT_EQ(holes.give_up_below(70), 5 + 2 + 3 + 5 + 5);
  EXPECT_EQ(holes.first(), 70);
}

TEST(Holes, AreBoundedAndSayWhatTheyForgot) {
  Holes holes;
  for (Offset at = 0; at < 200; at += 2) holes.open(at, at + 1, {});
  EXPECT_EQ(holes.all().size(), Holes::kMost);
  EXPECT_EQ(holes.forgotten(), 100 - Holes::kMost);
  holes.fill(0, 1'000);
  EXPECT_TRUE(holes.empty());
}

TEST(Holes, ThatIsSplitInAFullListCountsItsRestAsSeen) {
  Holes holes;
  for (std::size_t i = 0; i < Holes::kMost; ++i)
    holes.open(static_cast<Offset>(10 * i), static_cast<Offset>(10 * i + 9), {});
  EXPECT_EQ(holes.fill(3, 4), 1);
  EXPECT_EQ(holes.forgotten(), 5U);
}

}  // namespace
}  // namespace wirecause::tcp
