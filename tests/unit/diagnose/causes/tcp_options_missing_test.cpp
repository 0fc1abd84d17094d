// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_options_missing";

TEST(TcpOptionsMissing, IsToldWhereLargeConnectionsDoWithoutThem) {
  const Judgement j = only(judged(kId, server().with("tcp.without_sack", 12), setup()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::info);
}

TEST(TcpOptionsMissing, IsAWarningWhereTheWayTakesThemOut) {
  const Judgement j = only(judged(kId, server().with("tcp.stripped", 2), setup()));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(j.place, Place::network);
}

TEST(TcpOptionsMissing, CannotBeToldOfAServerThatMayAnswerWithCookies) {
  const TcpEvidence flooded = server().with("tcp.without_sack", 2).with("tcp.opened", 2).with("tcp.half_open", 800);
  EXPECT_EQ(only(judged(kId, flooded, setup())).verdict, Verdict::cannot_tell);
}

TEST(TcpOptionsMissing, SaysNothingOfAServerThatUsesThem) { EXPECT_THAT(judged(kId, server(), setup()), IsEmpty()); }

}  // namespace
}  // namespace wirecause::testing
