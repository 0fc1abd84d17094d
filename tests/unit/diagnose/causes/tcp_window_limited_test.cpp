// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_window_limited";

TcpEvidence full() { return direction().waited("tcp.wait_receiver_buffer", 400, seconds(8), milliseconds(20)); }

TEST(TcpWindowLimited, IsNamedWhereAConstantWindowIsFullMostOfTheTime) {
  const Judgement j = only(judged(kId, full(), stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(j.place, Place::end_host);
  EXPECT_THAT(sentence(j.because), HasSubstr("64"));
}

TEST(TcpWindowLimited, IsOnlyToldWhereTheWindowIsFullNowAndThen) {
  const TcpEvidence sometimes = direction().waited("tcp.wait_receiver_buffer", 40, seconds(1), milliseconds(20));
  EXPECT_EQ(only(judged(kId, sometimes, stall())).severity, Severity::info);
}

TEST(TcpWindowLimited, SaysWhoOffersNoScaling) {
  const TcpEvidence receiver = full().with("tcp.window_scaling", 0).with("tcp.receiver_scales", 0);
  EXPECT_THAT(sentence(only(judged(kId, receiver, stall())).because), HasSubstr("the client offers no window scaling"));
  const TcpEvidence sender = full().with("tcp.window_scaling", 0).with("tcp.receiver_scales", 1);
  EXPECT_THAT(sentence(only(judged(kId, sender, stall())).because), HasSubstr("the server offers no window scaling"));
}

TEST(TcpWindowLimited, IsRuledOutWhereTheWindowGrewLater) {
  const TcpEvidence grew = full().with("tcp.full_window", 65'536).with("tcp.largest_window", 4'194'304);
  EXPECT_EQ(only(judged(kId, grew, stall())).verdict, Verdict::ruled_out);
}

TEST(TcpWindowLimited, IsRuledOutWhereTheWayHoldsLess) {
  EXPECT_EQ(only(judged(kId, full().with("tcp.bottleneck_bytes", 13'000), stall())).verdict, Verdict::ruled_out);
  EXPECT_TRUE(is_decided(only(judged(kId, full().with("tcp.bottleneck_bytes", 200'000), stall()))));
}

TEST(TcpWindowLimited, IsRuledOutWhereTheWindowShrank) {
  const TcpEvidence shrunk = direction().waited("tcp.wait_receiver_window", 4, seconds(3), seconds(1));
  EXPECT_EQ(only(judged(kId, shrunk, stall())).verdict, Verdict::ruled_out);
}

TEST(TcpWindowLimited, SaysNothingOfADirectionThatNeverWaitedForAWindow) {
  EXPECT_THAT(judged(kId, direction(), stall()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
