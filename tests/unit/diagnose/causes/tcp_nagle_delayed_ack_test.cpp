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

// RFC 9293 3.7.4 forbids what it was seen to do: it sends upon acknowledgements by chance.
TEST(TcpNagleDelayedAck, IsRuledOutWhereNagleIsOff) {
  EXPECT_EQ(only(judged(kId, held(30).with("tcp.nagle_off", 1), stall())).verdict, Verdict::ruled_out);
}

TEST(TcpNagleDelayedAck, SaysNothingWhereMostDelayedAcknowledgementsLetNothingOut) {
  EXPECT_THAT(judged(kId, held(30).with("tcp.delayed_acks", 600), stall()), IsEmpty());
}

TEST(TcpNagleDelayedAck, SaysNothingOfWhatHappenedOnce) { EXPECT_THAT(judged(kId, held(1), stall()), IsEmpty()); }

TEST(TcpNagleDelayedAck, SaysNothingWhereNewDataEndsTheSilence) {
  EXPECT_THAT(judged(kId, direction().waited("tcp.wait_sender_idle", 9, seconds(9), seconds(2)), stall()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
