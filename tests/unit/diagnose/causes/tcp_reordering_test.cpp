// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_reordering";

TcpEvidence late() {
  return direction()
      .waited("tcp.wait_recovery_fast", 40, seconds(1), milliseconds(3))
      .with("tcp.reordered", 60)
      .with("tcp.resent_spurious", 55);
}

TEST(TcpReordering, IsNamedAndBearsTheRecoveryWhereNothingWasLost) {
  const Judgement j = only(judged(kId, late(), stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(j.claims.size(), 1U);
}

TEST(TcpReordering, LeavesTheTimeToRealLossBesideIt) {
  const Judgement j = only(judged(kId, late().with("tcp.resent_fast", 9), stall()));
  EXPECT_EQ(j.severity, Severity::info);
  EXPECT_THAT(j.claims, IsEmpty());
}

// Beside the sender: later ones were acknowledged before these, which then came twice.
TEST(TcpReordering, IsNamedWhereTheReceiverTellsOfIt) {
  const Judgement j = only(judged(kId, late().with("tcp.reordered", 0).with("tcp.needless_fast", 55), stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_THAT(sentence(j.because), HasSubstr("55 packets of the"));
  EXPECT_EQ(j.claims.size(), 1U);
}

TEST(TcpReordering, CannotBeToldByNeedlessRepetitionsAlone) {
  const Judgement j = only(judged(kId, late().with("tcp.reordered", 0), stall()));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_THAT(j.missing, HasSubstr("capture at the receiving host"));
}

TEST(TcpReordering, SaysNothingOfNeedlessRepetitionsThatCostNoTime) {
  EXPECT_THAT(judged(kId, direction().with("tcp.resent_spurious", 1), stall()), IsEmpty());
}

TEST(TcpReordering, IsRuledOutWhereNothingCameLate) {
  EXPECT_EQ(only(judged(kId, direction().with("tcp.resent_fast", 9), stall())).verdict, Verdict::ruled_out);
}

}  // namespace
}  // namespace wirecause::testing
