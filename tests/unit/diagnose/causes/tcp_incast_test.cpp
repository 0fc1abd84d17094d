// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_incast";

TcpEvidence timeouts() {
  return direction()
      .waited("tcp.wait_recovery_timeout", 1, milliseconds(210), milliseconds(210))
      .with("tcp.resent_timeout", 1);
}

TEST(TcpIncast, IsNamedWhereManyToOneHostStoodStillTogether) {
  const Judgement j = only(judged(kId, timeouts().with("tcp.incast_flows", 12), stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_THAT(sentence(j.because), HasSubstr("12 connections to the client's host"));
}

TEST(TcpIncast, TakesTheTimeThatATimeoutAloneWouldBear) {
  const TcpEvidence together = timeouts().with("tcp.incast_flows", 12);
  EXPECT_EQ(only(judged("tcp_rto_stall", together, stall())).verdict, Verdict::ruled_out);
}

TEST(TcpIncast, TakesWhatRecoveredInTimeAsWell) {
  const TcpEvidence fast = direction()
                               .waited("tcp.wait_recovery_fast", 3, milliseconds(9), milliseconds(3))
                               .with("tcp.resent_fast", 4)
                               .with("tcp.lost_behind", 4)
                               .with("tcp.incast_flows", 12);
  EXPECT_TRUE(is_decided(only(judged(kId, fast, stall()))));
  EXPECT_EQ(only(judged("tcp_path_loss", fast, stall())).verdict, Verdict::ruled_out);
}

TEST(TcpIncast, SaysNothingOfOneSenderThatLost) { EXPECT_THAT(judged(kId, timeouts(), stall()), IsEmpty()); }

TEST(TcpIncast, SaysNothingWhereNobodyLookedForOthers) {
  EXPECT_THAT(judged(kId, timeouts().without("tcp.incast_flows"), stall()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
