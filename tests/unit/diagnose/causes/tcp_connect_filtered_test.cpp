// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_connect_filtered";

EvidenceBuilder unanswered(std::int64_t attempts) {
  return EvidenceBuilder{}.value("tcp.unanswered", kPoint, attempts, "10.0.0.1 → 10.0.0.2:443");
}

TEST(TcpConnectFiltered, IsNamedWhenNothingCameBack) {
  const Judgement j = only(judged(kId, unanswered(2).value("tcp.one_way_connections", kPoint, 0), observation()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
}

TEST(TcpConnectFiltered, CannotBeToldWhereAnswersMayNotBeCaptured) {
  const Judgement j = only(judged(kId, unanswered(2).value("tcp.one_way_connections", kPoint, 4), observation()));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_EQ(only(judged(kId, unanswered(2), observation())).verdict, Verdict::cannot_tell);
}

TEST(TcpConnectFiltered, IsRuledOutWhereEverySynWasAnswered) {
  EXPECT_EQ(only(judged(kId, unanswered(0), observation())).verdict, Verdict::ruled_out);
}

TEST(TcpConnectFiltered, SaysNothingOfACaptureWithoutTcp) {
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
