// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view kId = "capture_one_direction";

EvidenceBuilder seen(std::int64_t connections, std::int64_t one_way) {
  return EvidenceBuilder{}
      .value("tcp.connections", kPoint, connections)
      .value("tcp.one_way_connections", kPoint, one_way);
}

TEST(CaptureOneDirection, IsNamedWhenNearlyAllConnectionsShowOneEnd) {
  const Judgement j = only(judged(kId, seen(20, 19), observation()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.place, Place::capture);
  EXPECT_EQ(sentence(j.because), "19 of 20 TCP connections show one end only, which acknowledges what was never seen");
}

TEST(CaptureOneDirection, IsRuledOutWhereBothEndsAreSeen) {
  EXPECT_EQ(only(judged(kId, seen(20, 0), observation())).verdict, Verdict::ruled_out);
}

TEST(CaptureOneDirection, IsRuledOutWhereSomeConnectionsGoTheirOwnWay) {
  EXPECT_EQ(only(judged(kId, seen(20, 9), observation())).verdict, Verdict::ruled_out);
}

TEST(CaptureOneDirection, SaysNothingWithoutConnectionsToTellBy) {
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
  EXPECT_THAT(judged(kId, seen(0, 0), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
