// SPDX-License-Identifier: Apache-2.0
#include "diagnose/reason.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace wirecause {
namespace {

TEST(Reason, PutsTheNumberAndTheNounInItsPlace) {
  EXPECT_EQ(sentence({"{n:hole} of {all}", {{"n", 1}, {"all", 12'345}}}), "1 hole of 12 345");
  EXPECT_EQ(sentence({"{n:hole}", {{"n", 0}}}), "0 holes");
}

TEST(Reason, PrintsTimesAndSharesForPeople) {
  const Reason reason{"{delay}, {share}",
                      {{"delay", 320'000, Fold::sum, Unit::nanoseconds}, {"share", 150, Fold::sum, Unit::per_million}}};
  EXPECT_EQ(sentence(reason), "320 us, 0.015 %");
}

TEST(Reason, LeavesAPlaceholderWithoutFigureVisible) { EXPECT_EQ(sentence({"{missing}", {}}), "{missing}"); }

TEST(Reason, KeepsAnUnclosedBraceAsText) { EXPECT_EQ(sentence({"a { b", {}}), "a { b"); }

TEST(Reason, AddsWhatAddsUpAndKeepsTheLargestOfWhatDoesNot) {
  Reason reason{"{units} {step}", {{"units", 3}, {"step", 9, Fold::largest}}};
  fold_into(reason, {"{units} {step}", {{"units", 4}, {"step", 5, Fold::largest}}});
  EXPECT_EQ(sentence(reason), "7 9");
}

TEST(Reason, StopsAtTheLargestNumberInsteadOfWrapping) {
  Reason reason{"{n}", {{"n", std::numeric_limits<std::uint64_t>::max()}}};
  fold_into(reason, {"{n}", {{"n", 1}}});
  EXPECT_EQ(reason.figures.front().value, std::numeric_limits<std::uint64_t>::max());
}

}  // namespace
}  // namespace wirecause
