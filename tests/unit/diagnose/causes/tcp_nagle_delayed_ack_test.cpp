// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_nagle_delayed_ack";

TcpEvidence held(std::int64_t times) {
  return direction().waited("tcp.wait_write_pattern", static_cast<std::uint64_t>(times), milliseconds(44 * times),
                            milliseconds(44));
}

TEST(TcpNagleDelayedAck, IsNamedWhereSmallWritesWaitAgainAndAgain) {
  const Judgement j = only(judged(kId, held(30), stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(j.place, Place::application);
  EXPECT_THAT(sentence(j.because), HasSubstr("30 times"));
}

TEST(TcpNagleDelayedAck, IsOnlyToldWhereItHappenedOnce) {
  const Judgement j = only(judged(kId, held(1), stall()));
  EXPECT_EQ(j.severity, Severity::info);
  EXPECT_EQ(j.strength, Strength::pattern);
}

TEST(TcpNagleDelayedAck, SaysNothingWhereNewDataEndsTheSilence) {
  EXPECT_THAT(judged(kId, direction().waited("tcp.wait_sender_idle", 9, seconds(9), seconds(2)), stall()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
