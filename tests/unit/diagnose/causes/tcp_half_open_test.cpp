// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_half_open";

TEST(TcpHalfOpen, IsNamedWhereTimersGetNoAnswerAnyMore) {
  const Judgement j = only(judged(kId, direction().with("tcp.tries", 6), stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_THAT(sentence(j.because), HasSubstr("the client has been silent"));
}

TEST(TcpHalfOpen, SaysNothingOfTheLastPacketsOfACapture) {
  EXPECT_THAT(judged(kId, direction().with("tcp.tries", 2), stall()), IsEmpty());
}

TEST(TcpHalfOpen, IsNamedWhereAHostThatKnowsNoSuchConnectionAnswersRepetitions) {
  const TcpEvidence restarted = reset().with("tcp.reset_bare", 1).with("tcp.reset_tries", 4);
  const Judgement j = only(judged(kId, restarted, abort_of()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.strength, Strength::by_number);
}

TEST(TcpHalfOpen, SaysNothingOfAnOrdinaryReset) { EXPECT_THAT(judged(kId, reset(), abort_of()), IsEmpty()); }

TEST(TcpHalfOpen, SaysNothingOfAResetThatSomethingElseSent) {
  const TcpEvidence foreign = reset().with("tcp.reset_bare", 1).with("tcp.reset_tries", 4).with("tcp.reset_ttl", 118);
  EXPECT_THAT(judged(kId, foreign, abort_of()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
