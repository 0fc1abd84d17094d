// SPDX-License-Identifier: Apache-2.0
#include "tcp/ttl_steps.hpp"

#include <gtest/gtest.h>

namespace wirecause::test {
namespace {

tcp::TtlSteps after(std::initializer_list<int> ttls) {
  tcp::TtlSteps steps;
  for (const int ttl : ttls) steps.packet(static_cast<std::uint8_t>(ttl));
  return steps;
}

TEST(TtlSteps, FourPacketsInARowAreAnotherWay) {
  const auto steps = after({60, 60, 57, 57, 57, 57, 57});
  EXPECT_EQ(steps.steps(), 1U);
  EXPECT_EQ(steps.now(), 57);
  EXPECT_EQ(steps.before(), 60);
  EXPECT_EQ(steps.odd(), 0U);
}

TEST(TtlSteps, OnePacketThatStrayedIsNone) {
  const auto steps = after({60, 60, 57, 60, 60, 57, 57, 60});
  EXPECT_EQ(steps.steps(), 0U);
  EXPECT_EQ(steps.now(), 60);
  EXPECT_EQ(steps.odd(), 3U);
}

TEST(TtlSteps, HopsAreCountedFromTheUsualBeginnings) {
  EXPECT_EQ(tcp::hops_of(64), 0);
  EXPECT_EQ(tcp::hops_of(51), 13);
  EXPECT_EQ(tcp::hops_of(113), 15);
  EXPECT_EQ(tcp::hops_of(250), 5);
}

}  // namespace
}  // namespace wirecause::test
