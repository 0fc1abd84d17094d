// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_accept_queue_overflow";

TEST(TcpAcceptQueueOverflow, IsNamedWhereTheServerIgnoresClientsThatAreThrough) {
  const Judgement j = only(judged(kId, server().with("tcp.ignored", 3), setup()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(j.place, Place::application);
}

TEST(TcpAcceptQueueOverflow, RemainsUndecidedWithAFilterWhereOnlySynsGoUnanswered) {
  const TcpEvidence unanswered = server().with("tcp.unanswered", 2);
  EXPECT_THAT(only(judged(kId, unanswered, setup())).undecided_with, ElementsAre("tcp_connect_filtered"));
  EXPECT_THAT(only(judged("tcp_connect_filtered", unanswered, setup())).undecided_with, ElementsAre(kId));
}

TcpEvidence unserved() {
  return direction()
      .waited("tcp.wait_recovery_timeout", 4, seconds(2), seconds(1))
      .with("tcp.resent_timeout", 4)
      .with("tcp.unserved", 1);
}

TEST(TcpAcceptQueueOverflow, BearsTheTimeOfAClientThatWaitsForIt) {
  const TcpEvidence waits = unserved().with("tcp.late_syn_acks", 2).with("tcp.tries", 3);
  const Judgement j = only(judged(kId, waits, stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.claims.size(), 1U);
  for (const std::string_view other : {"tcp_half_open", "tcp_rto_stall"})
    EXPECT_EQ(only(judged(other, waits, stall())).verdict, Verdict::ruled_out) << other;
}

// With SYN cookies the server forgets whom it answered.
TEST(TcpAcceptQueueOverflow, RemainsUndecidedWithAServerThatIsGoneWhereNoSynAckIsSentAgain) {
  const TcpEvidence silent = unserved().with("tcp.tries", 4);
  EXPECT_THAT(only(judged(kId, silent, stall())).undecided_with, ElementsAre("tcp_half_open"));
  EXPECT_THAT(only(judged("tcp_half_open", silent, stall())).undecided_with, ElementsAre(kId));
}

TEST(TcpAcceptQueueOverflow, IsNoQuestionWhereNobodyGotThrough) {
  EXPECT_THAT(judged(kId, server().with("tcp.unanswered", 2).with("tcp.opened", 0), setup()), IsEmpty());
}

TEST(TcpAcceptQueueOverflow, SaysNothingOfAServerThatTakesItsConnections) {
  EXPECT_THAT(judged(kId, server(), setup()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
