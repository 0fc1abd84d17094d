// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_receiver_limited";

TcpEvidence closed(DurationNs all) {
  return direction()
      .waited("tcp.wait_receiver_window", 5, all, DurationNs{all.ns / 3})
      .with("tcp.smallest_window", 0)
      .with("tcp.zero_windows", 5);
}

TEST(TcpReceiverLimited, IsNamedWhereTheWindowShrankAndHeldTheSenderUp) {
  const Judgement j = only(judged(kId, closed(seconds(3)), stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(j.place, Place::application);
  EXPECT_THAT(sentence(j.because), HasSubstr("the client's window"));
}

TEST(TcpReceiverLimited, SaysWhoReadsSlowly) {
  const Judgement j = only(judged(kId, closed(seconds(3)), tcp_episode(Symptom::stall, kConnection, true)));
  EXPECT_THAT(sentence(j.because), HasSubstr("the server's window"));
}

TEST(TcpReceiverLimited, IsOnlyToldWhereLittleTimeWasLost) {
  const TcpEvidence little = direction().waited("tcp.wait_receiver_window", 1, milliseconds(2), milliseconds(2));
  EXPECT_EQ(only(judged(kId, little, stall())).severity, Severity::info);
}

TEST(TcpReceiverLimited, IsRuledOutWhereTheWindowStoodStill) {
  const TcpEvidence small = direction().waited("tcp.wait_receiver_buffer", 40, seconds(8), milliseconds(20));
  EXPECT_EQ(only(judged(kId, small, stall())).verdict, Verdict::ruled_out);
}

TEST(TcpReceiverLimited, SaysNothingWhereNobodyWaitedForAWindow) {
  EXPECT_THAT(judged(kId, direction(), stall()), IsEmpty());
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
