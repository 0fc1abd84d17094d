// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view kId = "capture_two_points";

TEST(CaptureTwoPoints, IsNamedWhenPacketsComeAgainFromAnotherPlaceAfterAConstantOffset) {
  const Judgement j = only(judged(kId, two_points(), observation()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::info);
  EXPECT_EQ(sentence(j.because),
            "90.0 % of the packets were seen again after 40 us (spread 5 us): TTL 16 -> 15, source MAC differs");
}

TEST(CaptureTwoPoints, ExplainsTheDuplicatesOfAFeedAtItsPoint) {
  const Episode episode = EpisodeBuilder(Symptom::duplication).duplicates(kLineA, "A", 500).build();
  EXPECT_EQ(only(judged(kId, two_points(), episode)).share, 500U);
}

TEST(CaptureTwoPoints, LeavesADoubledCaptureToTheCauseThatNamesIt) {
  const EvidenceBuilder both =
      doubled_capture().value("capture.second_sight", kPoint, 900).value("capture.second_sight_share", kPoint, 900'000);
  const Episode episode = EpisodeBuilder(Symptom::duplication).duplicates(kLineA, "A", 500).build();
  EXPECT_THAT(judged(kId, both, episode), IsEmpty());
}

TEST(CaptureTwoPoints, IsRuledOutWhenFewPacketsComeAgain) {
  const EvidenceBuilder evidence = two_points().value("capture.second_sight_share", kPoint, 20'000);
  EXPECT_EQ(only(judged(kId, evidence, observation())).verdict, Verdict::ruled_out);
}

TEST(CaptureTwoPoints, IsRuledOutWhenTheOffsetVaries) {
  const EvidenceBuilder evidence = two_points().value("capture.second_sight_delay_spread", kPoint, 900'000'000);
  EXPECT_EQ(only(judged(kId, evidence, observation())).verdict, Verdict::ruled_out);
}

TEST(CaptureTwoPoints, NeedsNoConstantOffsetWhereNearlyAllPacketsComeAgain) {
  const EvidenceBuilder evidence = two_points()
                                       .value("capture.second_sight_share", kPoint, 990'000)
                                       .value("capture.second_sight_delay_spread", kPoint, 900'000'000);
  EXPECT_TRUE(is_decided(only(judged(kId, evidence, observation()))));
}

TEST(CaptureTwoPoints, NeedsNoConstantOffsetWhereTheCaptureTellsThePointsApart) {
  const EvidenceBuilder evidence = two_points()
                                       .value("capture.second_sight_elsewhere", kPoint, 900)
                                       .value("capture.second_sight_delay_spread", kPoint, 900'000'000);
  EXPECT_TRUE(is_decided(only(judged(kId, evidence, observation()))));
}

TEST(CaptureTwoPoints, IsSilentOnHealthAndWhereNobodyLooked) {
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
  EXPECT_THAT(judged(kId, EvidenceBuilder{}.point(), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
