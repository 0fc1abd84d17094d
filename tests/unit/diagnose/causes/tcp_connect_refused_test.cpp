// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_connect_refused";

TEST(TcpConnectRefused, IsNamedWhenAResetAnsweredTheSyn) {
  const Judgement j =
      only(judged(kId, server().with("tcp.refused", 3, "10.0.0.1 → 10.0.0.2:443").with("tcp.opened", 0), setup()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.place, Place::application);
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_THAT(sentence(j.because), HasSubstr("10.0.0.1"));
}

TEST(TcpConnectRefused, SaysNothingWhereNobodyWasRefused) {
  EXPECT_THAT(judged(kId, server(), setup()), IsEmpty());
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
