// SPDX-License-Identifier: Apache-2.0
#include "base/intervals.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

using List = std::vector<std::pair<int, int>>;

List disjoint(List intervals) {
  make_disjoint(intervals);
  return intervals;
}

TEST(Intervals, ThatOverlapOrTouchBecomeOne) {
  EXPECT_EQ(disjoint({{5, 7}, {1, 3}, {6, 9}}), (List{{1, 3}, {5, 9}}));
  EXPECT_EQ(disjoint({{1, 3}, {3, 4}}), (List{{1, 4}}));
  EXPECT_EQ(disjoint({{1, 9}, {2, 3}}), (List{{1, 9}}));
}

TEST(Intervals, ThatAreApartOrNoneStayAsTheyAre) {
  EXPECT_EQ(disjoint({{1, 2}, {4, 5}}), (List{{1, 2}, {4, 5}}));
  EXPECT_EQ(disjoint({}), List{});
}

}  // namespace
}  // namespace wirecause
