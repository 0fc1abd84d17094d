// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_mtu_blackhole";

TcpEvidence stuck() {
  return direction()
      .waited("tcp.wait_recovery_timeout", 5, seconds(6), seconds(3))
      .with("tcp.resent_timeout", 5)
      .with("tcp.size_stuck", 1'448)
      .with("tcp.size_passed", 320)
      .with("tcp.stuck_resends", 5)
      .with("tcp.stuck_answered", 1);
}

TEST(TcpMtuBlackhole, IsNamedWhereOneSizeNeverGetsThrough) {
  const Judgement j = only(judged(kId, stuck(), stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(only(judged("tcp_rto_stall", stuck(), stall())).verdict, Verdict::ruled_out);
}

TEST(TcpMtuBlackhole, RemainsUndecidedWithAPeerThatIsGoneWhereNothingIsAnswered) {
  const TcpEvidence silent = stuck().with("tcp.tries", 6).with("tcp.stuck_answered", 0);
  EXPECT_THAT(only(judged(kId, silent, stall())).undecided_with, ElementsAre("tcp_half_open"));
  EXPECT_THAT(only(judged("tcp_half_open", silent, stall())).undecided_with, ElementsAre(kId));
}

TEST(TcpMtuBlackhole, IsDecidedByTheRoutersOwnWord) {
  const TcpEvidence told = stuck().with("tcp.tries", 6).with("tcp.told_mtu", 1'400);
  EXPECT_TRUE(is_decided(only(judged(kId, told, stall()))));
  EXPECT_EQ(only(judged("tcp_half_open", told, stall())).verdict, Verdict::ruled_out);
}

// The receiver may have gone when the first of them was sent.
TEST(TcpMtuBlackhole, SaysNothingWhereTheReceiverWasNotHeardMeanwhile) {
  EXPECT_THAT(judged(kId, stuck().with("tcp.stuck_answered", 0), stall()), IsEmpty());
}

TEST(TcpMtuBlackhole, SaysNothingWhereNoSizePassed) {
  EXPECT_THAT(judged(kId, stuck().with("tcp.size_passed", 0), stall()), IsEmpty());
}

TEST(TcpMtuBlackhole, SaysNothingOfASizeThatEveryWayCarries) {
  EXPECT_THAT(judged(kId, stuck().with("tcp.size_stuck", 536).with("tcp.size_passed", 100), stall()), IsEmpty());
}

TEST(TcpMtuBlackhole, SaysNothingOfASizeThatWasLostOnce) {
  EXPECT_THAT(judged(kId, stuck().with("tcp.stuck_resends", 1), stall()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
