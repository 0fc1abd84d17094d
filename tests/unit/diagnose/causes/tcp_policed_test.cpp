// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_policed";

TcpEvidence losses(std::int64_t policed) {
  return direction()
      .waited("tcp.wait_recovery_fast", 40, seconds(1), milliseconds(3))
      .with("tcp.resent_fast", 55)
      .with("tcp.lost_behind", 55)
      .with("tcp.policed", policed)
      .with("tcp.policed_rate", 8'000'000)
      .with("tcp.loss_epochs", 12)
      .with("tcp.queued_before_loss", 0);
}

TEST(TcpPoliced, IsNamedWhereLossesFitOneRate) {
  const Judgement j = only(judged(kId, losses(1), stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_THAT(sentence(j.because), HasSubstr("12 flights lost packets"));
}

TEST(TcpPoliced, LeavesNothingForAnOrdinaryLoss) {
  EXPECT_EQ(only(judged("tcp_path_loss", losses(1), stall())).verdict, Verdict::ruled_out);
}

TEST(TcpPoliced, SaysNothingOfLossesThatFitNoRate) { EXPECT_THAT(judged(kId, losses(0), stall()), IsEmpty()); }

}  // namespace
}  // namespace wirecause::testing
