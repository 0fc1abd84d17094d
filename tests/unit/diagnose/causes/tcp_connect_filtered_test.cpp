// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_connect_filtered";

TcpEvidence unanswered() { return server().with("tcp.unanswered", 2, "10.0.0.1 → 10.0.0.2:443").with("tcp.opened", 0); }

TEST(TcpConnectFiltered, IsNamedWhenNothingCameBack) {
  const Judgement j = only(judged(kId, unanswered(), setup()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
}

TEST(TcpConnectFiltered, CannotBeToldWhereAnswersMayNotBeCaptured) {
  EXPECT_EQ(only(judged(kId, unanswered().with("tcp.half_seen", 4), setup())).verdict, Verdict::cannot_tell);
  EXPECT_EQ(only(judged(kId, unanswered().without("tcp.half_seen"), setup())).verdict, Verdict::cannot_tell);
}

TEST(TcpConnectFiltered, RemainsUndecidedWhereOthersGotThrough) {
  EXPECT_THAT(only(judged(kId, unanswered().with("tcp.opened", 5), setup())).undecided_with,
              ElementsAre("tcp_accept_queue_overflow"));
}

TEST(TcpConnectFiltered, IsRuledOutByAServerThatTakesNobodyFromItsQueue) {
  EXPECT_EQ(only(judged(kId, unanswered().with("tcp.ignored", 1), setup())).verdict, Verdict::ruled_out);
}

TEST(TcpConnectFiltered, SaysNothingWhereEverySynWasAnswered) {
  EXPECT_THAT(judged(kId, server(), setup()), IsEmpty());
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
