// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kId = "tcp_reset_by_peer";

TEST(TcpResetByPeer, IsNamedByTheHopCountOfItsOtherPackets) {
  const Judgement j = only(judged(kId, reset(), abort_of()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_THAT(sentence(j.because), HasSubstr("the server reset the connection"));
}

TEST(TcpResetByPeer, IsOnlyToldWhereNothingWasUnderWay) {
  EXPECT_EQ(only(judged(kId, reset().with("tcp.reset_unacknowledged", 0), abort_of())).severity, Severity::info);
}

TEST(TcpResetByPeer, RemainsUndecidedWhereAHostMayUseAnotherHopCountForResets) {
  // 61 of 64 and 252 of 255: three hops either way.
  const Judgement j = only(judged(kId, reset().with("tcp.reset_ttl", 252), abort_of()));
  EXPECT_THAT(j.undecided_with, ElementsAre("tcp_reset_by_middlebox"));
}

TEST(TcpResetByPeer, IsRuledOutWhereTheResetCannotHaveComeAsFar) {
  EXPECT_EQ(only(judged(kId, reset().with("tcp.reset_ttl", 118), abort_of())).verdict, Verdict::ruled_out);
}

TEST(TcpResetByPeer, IsRuledOutWhereTheEndWentOn) {
  EXPECT_EQ(only(judged(kId, reset().with("tcp.reset_went_on", 3), abort_of())).verdict, Verdict::ruled_out);
}

TEST(TcpResetByPeer, IsRuledOutForAHostThatCameBack) {
  const TcpEvidence restarted = reset().with("tcp.reset_bare", 1).with("tcp.reset_tries", 4);
  EXPECT_EQ(only(judged(kId, restarted, abort_of())).verdict, Verdict::ruled_out);
}

}  // namespace
}  // namespace wirecause::testing
