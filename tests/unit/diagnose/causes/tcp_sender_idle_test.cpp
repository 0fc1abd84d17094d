// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_sender_idle";

TEST(TcpSenderIdle, IsToldWhereTheServerTookMostOfTheTimeToAnswer) {
  const TcpEvidence slow = direction().waited("tcp.think_time", 4, seconds(9), seconds(4));
  const Judgement j = only(judged(kId, slow, stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::info);
  EXPECT_THAT(sentence(j.because), HasSubstr("4 requests"));
}

TEST(TcpSenderIdle, IsToldWhereATransferPauses) {
  const TcpEvidence pauses = direction().waited("tcp.wait_sender_idle", 3, seconds(7), seconds(3));
  EXPECT_EQ(only(judged(kId, pauses, stall())).severity, Severity::info);
}

TEST(TcpSenderIdle, SaysNothingOfAServerThatNobodyAskedForLong) {
  const TcpEvidence talk = direction()
                               .waited("tcp.wait_sender_idle", 3, seconds(9), seconds(3))
                               .waited("tcp.think_time", 900, milliseconds(90), milliseconds(1));
  EXPECT_THAT(judged(kId, talk, stall()), IsEmpty());
}

TEST(TcpSenderIdle, SaysNothingOfAnswersThatAreAsQuickAsThePath) {
  const TcpEvidence quick = direction().waited("tcp.think_time", 20'000, seconds(6), milliseconds(1));
  EXPECT_THAT(judged(kId, quick, stall()), IsEmpty());
}

TEST(TcpSenderIdle, ClaimsNoTime) {
  const TcpEvidence slow = direction().waited("tcp.think_time", 4, seconds(9), seconds(4));
  EXPECT_THAT(only(judged(kId, slow, stall())).claims, IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
