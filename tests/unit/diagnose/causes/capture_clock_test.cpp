// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view kId = "capture_clock";

TEST(CaptureClock, IsNamedWhenStampsGoBack) {
  const EvidenceBuilder evidence = EvidenceBuilder{}
                                       .value("capture.backward_stamps", kPoint, 3)
                                       .value("capture.backward_largest", kPoint, 8'000'000);
  const Judgement j = only(judged(kId, evidence, observation()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::info);
  EXPECT_EQ(sentence(j.because), "stamped earlier than the packet before at this point: 3 packets, by up to 8 ms");
}

TEST(CaptureClock, IsRuledOutWhereStampsGoBackByWhatTwoCpusAreApart) {
  const EvidenceBuilder evidence =
      EvidenceBuilder{}.value("capture.backward_stamps", kPoint, 3).value("capture.backward_largest", kPoint, 1'110);
  EXPECT_EQ(only(judged(kId, evidence, observation())).verdict, Verdict::ruled_out);
}

// Two CPUs that stamp what they take before it has its place in the tap's ring.
TEST(CaptureClock, IsRuledOutLiveWhereCpusOvertakeOneAnother) {
  const EvidenceBuilder live = EvidenceBuilder{}
                                   .value("capture.backward_stamps", kPoint, 2)
                                   .value("capture.backward_largest", kPoint, 25)
                                   .value("point.live", kPoint, 1);
  EXPECT_EQ(only(judged(kId, live, observation())).verdict, Verdict::ruled_out);
  const EvidenceBuilder stepped = EvidenceBuilder(live).value("capture.backward_largest", kPoint, 40'000'000);
  EXPECT_TRUE(is_decided(only(judged(kId, stepped, observation()))));
}

TEST(CaptureClock, IsRuledOutForAReorderingThatStampsDoNotShow) {
  const EvidenceBuilder evidence = EvidenceBuilder{}.point().value("capture.backward_stamps", kPoint, 0);
  const Episode late = EpisodeBuilder(Symptom::disorder).late(kLineA, "A", 12, 3).build();
  EXPECT_EQ(only(judged(kId, evidence, late)).verdict, Verdict::ruled_out);
}

TEST(CaptureClock, IsRuledOutWhenStampsGoForward) {
  EXPECT_EQ(only(judged(kId, healthy_capture(), observation())).verdict, Verdict::ruled_out);
}

TEST(CaptureClock, SaysNothingWhereNobodyLooked) {
  EXPECT_THAT(judged(kId, EvidenceBuilder{}.point(), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
