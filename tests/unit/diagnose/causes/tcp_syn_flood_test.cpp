// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_syn_flood";

TcpEvidence flooded() {
  return server()
      .with("tcp.attempts", 900)
      .with("tcp.opened", 2)
      .with("tcp.half_open", 500)
      .with("tcp.single_syns", 398);
}

TEST(TcpSynFlood, IsNamedWhereHardlyAnyAttemptComesAbout) {
  const Judgement j = only(judged(kId, flooded(), setup()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
}

TEST(TcpSynFlood, CannotBeToldWhereAcknowledgementsAreNotCaptured) {
  EXPECT_EQ(only(judged(kId, flooded().with("tcp.half_seen", 9), setup())).verdict, Verdict::cannot_tell);
}

TEST(TcpSynFlood, SaysNothingOfAFewAttemptsAmongMany) {
  EXPECT_THAT(judged(kId, flooded().with("tcp.opened", 500), setup()), IsEmpty());
  EXPECT_THAT(judged(kId, server().with("tcp.half_open", 12).with("tcp.opened", 0), setup()), IsEmpty());
}

TEST(TcpSynFlood, IsOfOneServer) {
  EXPECT_THAT(judged(kId, flooded(), tcp_episode(Symptom::setup, kPoint)), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
