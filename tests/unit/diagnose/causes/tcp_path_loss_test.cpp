// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_path_loss";

TcpEvidence lost(std::int64_t packets) {
  return direction()
      .waited("tcp.wait_recovery_fast", 40, seconds(1), milliseconds(3))
      .with("tcp.resent_fast", packets)
      .with("tcp.lost_before", packets);
}

TEST(TcpPathLoss, IsNamedByNumberWhereTheFirstCopiesNeverCamePast) {
  const Judgement j = only(judged(kId, lost(55), stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.strength, Strength::by_number);
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_THAT(sentence(j.because), HasSubstr("55 packets of 5 000"));
}

TEST(TcpPathLoss, SaysThatItIsBehindThePointWhereTheFirstCopiesDidComePast) {
  const Judgement j = only(judged(kId, lost(55).with("tcp.lost_before", 0).with("tcp.lost_behind", 55), stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_THAT(sentence(j.because), HasSubstr("behind this point"));
}

TEST(TcpPathLoss, IsOnlyToldWhereItCostLittleTime) {
  const TcpEvidence little = lost(2).waited("tcp.wait_recovery_fast", 2, milliseconds(1), microseconds(500));
  EXPECT_EQ(only(judged(kId, little, stall())).severity, Severity::info);
}

// ITU-T Y.1541: a network may lose one in a thousand.
TEST(TcpPathLoss, IsAWarningWhereMoreIsLostThanANetworkMayLose) {
  const auto severity = [](std::int64_t packets) {
    const TcpEvidence quick = lost(packets).waited("tcp.wait_recovery_fast", 2, milliseconds(1), microseconds(500));
    return only(judged(kId, quick, stall())).severity;
  };
  EXPECT_EQ(severity(5), Severity::info);  // of 5 000
  EXPECT_EQ(severity(6), Severity::warning);
}

TEST(TcpPathLoss, IsRuledOutWhereNothingWasAnsweredAnyMore) {
  const TcpEvidence probed = lost(1).with("tcp.resent_fast", 0).with("tcp.resent_probe", 1).with("tcp.tries", 5);
  EXPECT_EQ(only(judged(kId, probed, stall())).verdict, Verdict::ruled_out);
}

// Behind the loss: the sender's later packets show what it sent.
TEST(TcpPathLoss, IsNamedWhereSomethingNeverCame) {
  const TcpEvidence gone = direction().with("tcp.never_came", 15'928).with("tcp.size_passed", 1'448);
  const Judgement j = only(judged(kId, gone, stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
}

TEST(TcpPathLoss, RemainsUndecidedWithABlackHoleWhereOnlySmallOnesCame) {
  const TcpEvidence gone = direction().with("tcp.never_came", 15'928).with("tcp.size_passed", 100);
  EXPECT_THAT(only(judged(kId, gone, stall())).undecided_with, ElementsAre("tcp_mtu_blackhole"));
  EXPECT_THAT(only(judged("tcp_mtu_blackhole", gone, stall())).undecided_with, ElementsAre(kId));
}

TEST(TcpPathLoss, IsRuledOutWhereTheProbesOfTheTailWereLostToo) {
  const TcpEvidence probed = lost(1).with("tcp.resent_fast", 0).with("tcp.resent_probe", 1);
  EXPECT_TRUE(is_decided(only(judged(kId, probed, stall()))));
  EXPECT_EQ(only(judged(kId, TcpEvidence(probed).with("tcp.resent_timeout", 1), stall())).verdict, Verdict::ruled_out);
}

TEST(TcpPathLoss, IsRuledOutWhereOnlyTimersSentAgain) {
  EXPECT_EQ(only(judged(kId, direction().with("tcp.resent_timeout", 3), stall())).verdict, Verdict::ruled_out);
}

TEST(TcpPathLoss, SaysNothingOfPacketsThatWereOnlyLate) {
  EXPECT_THAT(judged(kId, direction().with("tcp.reordered", 9).with("tcp.resent_spurious", 9), stall()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
