// SPDX-License-Identifier: Apache-2.0
#include "diagnose/telling.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace wirecause {
namespace {

Cause cause(std::string_view id) {
  Cause out;
  out.id = id;
  return out;
}

const Cause kOne = cause("socket_rcvbuf_burst");
const Cause kOther = cause("app_stalled");

Finding finding(std::uint64_t share, const Cause& cause = kOne) {
  Finding out;
  out.cause = &cause;
  out.severity = Severity::warning;
  out.subject = {SubjectKind::consumer, 3};
  out.share = share;
  return out;
}

TEST(FindingTeller, TellsAFindingOnceWhileNothingChanges) {
  FindingTeller teller;
  EXPECT_TRUE(teller.tell(finding(100)));
  EXPECT_FALSE(teller.tell(finding(100)));
  EXPECT_FALSE(teller.tell(finding(199)));
}

TEST(FindingTeller, TellsAgainWhenTheShareDoubledSinceItWasToldLast) {
  FindingTeller teller;
  EXPECT_TRUE(teller.tell(finding(100)));
  EXPECT_TRUE(teller.tell(finding(200)));
  EXPECT_FALSE(teller.tell(finding(399)));
  EXPECT_TRUE(teller.tell(finding(400)));
}

TEST(FindingTeller, TellsAtMostOnceABitOfGrowth) {
  FindingTeller teller;
  int told = 0;
  for (std::uint64_t share = 1; share < 1'000'000; ++share) told += teller.tell(finding(share)) ? 1 : 0;
  EXPECT_EQ(told, 20);  // 2^0 ... 2^19
  EXPECT_TRUE(teller.tell(finding(std::numeric_limits<std::uint64_t>::max())));
  EXPECT_FALSE(teller.tell(finding(std::numeric_limits<std::uint64_t>::max())));
}

TEST(FindingTeller, TellsAgainWhenItTurnedWorseOrWasDecided) {
  FindingTeller teller;
  Finding now = finding(10);
  now.undecided_with = {"app_stalled"};
  EXPECT_TRUE(teller.tell(now));
  now.undecided_with.clear();
  EXPECT_TRUE(teller.tell(now));
  now.severity = Severity::critical;
  EXPECT_TRUE(teller.tell(now));
  now.verdict = Verdict::cannot_tell;
  EXPECT_TRUE(teller.tell(now));
  EXPECT_FALSE(teller.tell(now));
}

TEST(FindingTeller, TellsAnUndecidedPairOnceWhicheverHalfComesFirst) {
  FindingTeller teller;
  Finding half = finding(10);
  half.undecided_with = {"app_stalled"};
  Finding other_half = finding(10, kOther);
  other_half.undecided_with = {"socket_rcvbuf_burst"};
  EXPECT_TRUE(teller.tell(half));
  EXPECT_FALSE(teller.tell(other_half));
  EXPECT_FALSE(teller.tell(half));
  other_half.undecided_with = {"app_slow_consumer"};  // another pair
  EXPECT_TRUE(teller.tell(other_half));
}

TEST(FindingTeller, TellsWhatHasNoUnitsOnceAndAgainWhenItHasSome) {
  FindingTeller teller;
  EXPECT_TRUE(teller.tell(finding(0)));
  EXPECT_FALSE(teller.tell(finding(0)));
  EXPECT_TRUE(teller.tell(finding(1)));
}

TEST(FindingTeller, KeepsCausesAndSubjectsApart) {
  FindingTeller teller;
  EXPECT_TRUE(teller.tell(finding(1)));
  EXPECT_TRUE(teller.tell(finding(1, kOther)));
  Finding elsewhere = finding(1);
  elsewhere.subject.id = 4;
  EXPECT_TRUE(teller.tell(elsewhere));
}

TEST(FindingTeller, IsBoundedHoweverManyFindingsThereAre) {
  FindingTeller teller;
  std::size_t told = 0;
  Finding now = finding(1);
  for (std::uint32_t id = 0; id < 2 * FindingTeller::kMostFindings; ++id) {
    now.subject.id = id;
    told += teller.tell(now) ? 1U : 0U;
  }
  EXPECT_EQ(told, FindingTeller::kMostFindings);
}

}  // namespace
}  // namespace wirecause
