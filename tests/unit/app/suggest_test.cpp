// SPDX-License-Identifier: Apache-2.0
#include "app/suggest.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wirecause {
namespace {

constexpr std::string_view kNames[] = {"analyze", "explain", "list", "net_line_loss", "net_common_loss"};

// The classic examples of the literature: Levenshtein's kitten, Damerau's swap.
TEST(EditDistance, CountsInsertionsDeletionsSubstitutionsAndSwaps) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("ca", "ac"), 1U);
  EXPECT_EQ(edit_distance("same", "same"), 0U);
}

TEST(Nearest, FindsTheNameBehindASlipOfTheKeyboard) {
  EXPECT_EQ(nearest("analyse", kNames), "analyze");
  EXPECT_EQ(nearest("lsit", kNames), "list");
  EXPECT_EQ(nearest("net_line_los", kNames), "net_line_loss");
}

TEST(Nearest, TakesABeginningForTheWhole) { EXPECT_EQ(nearest("exp", kNames), "explain"); }

TEST(Nearest, DoesNotGuessWildly) {
  EXPECT_FALSE(nearest("frobnicate", kNames));
  EXPECT_FALSE(nearest("", kNames));
  EXPECT_FALSE(nearest(std::string(100'000, 'a'), kNames));
}

TEST(Nearest, HasNothingToSayWithoutCandidates) { EXPECT_FALSE(nearest("list", {})); }

}  // namespace
}  // namespace wirecause
