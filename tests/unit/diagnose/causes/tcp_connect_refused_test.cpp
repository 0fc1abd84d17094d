// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_connect_refused";

TEST(TcpConnectRefused, IsNamedByTheResetsWithWhoAsked) {
  const auto evidence = EvidenceBuilder{}.value("tcp.refused", kPoint, 3, "10.0.0.1 → 10.0.0.2:443");
  const Judgement j = only(judged(kId, evidence, observation()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(sentence(j.because),
            "3 connection attempts answered by a reset, and none there got through: 10.0.0.1 → 10.0.0.2:443");
}

TEST(TcpConnectRefused, IsRuledOutWhereNoResetCame) {
  EXPECT_EQ(only(judged(kId, EvidenceBuilder{}.value("tcp.refused", kPoint, 0), observation())).verdict,
            Verdict::ruled_out);
}

TEST(TcpConnectRefused, SaysNothingOfACaptureWithoutTcp) {
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
