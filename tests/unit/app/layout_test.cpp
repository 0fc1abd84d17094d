// SPDX-License-Identifier: Apache-2.0
#include "app/layout.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

TEST(Paragraphs, AreWrappedAndIndented) {
  EXPECT_EQ(paragraphs("one two three four", 2, 11), "  one two\n  three\n  four\n");
}

TEST(Paragraphs, KeepTheirEmptyLinesBetween) {
  EXPECT_EQ(paragraphs("one\ntwo\n\nthree", 0, 20), "one two\n\nthree\n");
}

TEST(Paragraphs, LeaveLinesThatBeginWithASpaceAsTheyAre) {
  EXPECT_EQ(paragraphs("for example:\n  a   b\nand on", 0, 20), "for example:\n  a   b\nand on\n");
}

TEST(Paragraphs, OfNothingAreNothing) { EXPECT_EQ(paragraphs("", 4, 20), ""); }

TEST(Aligned, PadsToTheWidestCellAndLeavesNoBlanksAtTheEnd) {
  EXPECT_EQ(aligned({{"a", "first"}, {"long", ""}, {"b", "last"}}, 1), " a     first\n long\n b     last\n");
}

TEST(Aligned, CountsCodePointsNotBytes) { EXPECT_EQ(aligned({{"µs", "x"}, {"abc", "y"}}, 0), "µs   x\nabc  y\n"); }

TEST(Aligned, DoesNotLetOneWideCellPushTheOthersApart) {
  EXPECT_EQ(aligned({{"a", "first"}, {"very wide", "second"}}, 0, 4), "a  first\nvery wide\n   second\n");
}

}  // namespace
}  // namespace wirecause
