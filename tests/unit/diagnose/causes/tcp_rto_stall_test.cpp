// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_rto_stall";

TcpEvidence timeouts(std::int64_t n) {
  return direction()
      .waited("tcp.wait_recovery_timeout", static_cast<std::uint64_t>(n), milliseconds(300 * n), milliseconds(400))
      .with("tcp.resent_timeout", n)
      .with("tcp.lost_behind", n);
}

TEST(TcpRtoStall, IsNamedWhereOnlyTheTimerBroughtTheBytes) {
  const Judgement j = only(judged(kId, timeouts(3), stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_THAT(sentence(j.because), HasSubstr("lost behind this point"));
}

// 300 ms are no more than three round trips around the world: told, not alarmed about.
TEST(TcpRtoStall, IsMeasuredByTheRoundTripOfThePath) {
  const TcpEvidence far = direction()
                              .waited("tcp.wait_recovery_timeout", 1, milliseconds(300), milliseconds(300))
                              .with("tcp.round_trip", 100'000'000)
                              .with("tcp.resent_timeout", 1);
  EXPECT_EQ(only(judged(kId, far, stall())).severity, Severity::info);
}

TEST(TcpRtoStall, IsRuledOutWhereNothingWasEverAnsweredAgain) {
  EXPECT_EQ(only(judged(kId, timeouts(6).with("tcp.tries", 6), stall())).verdict, Verdict::ruled_out);
}

TEST(TcpRtoStall, IsRuledOutWhereWhatWasRepeatedHadArrived) {
  const TcpEvidence late = timeouts(3).with("tcp.resent_timeout", 0).with("tcp.resent_spurious", 3);
  EXPECT_EQ(only(judged(kId, late, stall())).verdict, Verdict::ruled_out);
}

TEST(TcpRtoStall, SaysNothingWithoutATimeout) { EXPECT_THAT(judged(kId, direction(), stall()), IsEmpty()); }

}  // namespace
}  // namespace wirecause::testing
