// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kId = "tcp_reset_by_middlebox";

TEST(TcpResetByMiddlebox, IsNamedWhereTheResetCannotHaveComeAsFar) {
  const Judgement j = only(judged(kId, reset().with("tcp.reset_ttl", 118), abort_of()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.place, Place::network);
  EXPECT_EQ(j.severity, Severity::warning);
}

TEST(TcpResetByMiddlebox, IsNamedByNumberWhereTheEndWentOn) {
  const Judgement j = only(judged(kId, reset().with("tcp.reset_went_on", 3), abort_of()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.strength, Strength::by_number);
}

TEST(TcpResetByMiddlebox, RemainsUndecidedWhereTheEndsOwnTtlsChange) {
  const Judgement j = only(judged(kId, reset().with("tcp.reset_ttl", 118).with("tcp.ttl_most", 63), abort_of()));
  EXPECT_THAT(j.undecided_with, ElementsAre("tcp_reset_by_peer"));
}

TEST(TcpResetByMiddlebox, RemainsUndecidedWhereTheRouteMayHaveChanged) {
  EXPECT_THAT(only(judged(kId, reset().with("tcp.reset_ttl", 60), abort_of())).undecided_with,
              ElementsAre("tcp_reset_by_peer"));
}

TEST(TcpResetByMiddlebox, RemainsUndecidedWhereThereIsNothingToCompareWith) {
  EXPECT_THAT(only(judged(kId, reset().with("tcp.ttl_packets", 1), abort_of())).undecided_with,
              ElementsAre("tcp_reset_by_peer"));
}

TEST(TcpResetByMiddlebox, IsRuledOutByTheEndsOwnTtl) {
  EXPECT_EQ(only(judged(kId, reset(), abort_of())).verdict, Verdict::ruled_out);
}

}  // namespace
}  // namespace wirecause::testing
