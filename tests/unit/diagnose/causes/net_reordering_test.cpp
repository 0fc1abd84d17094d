// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kId = "net_reordering";

Episode a_late_12() { return EpisodeBuilder(Symptom::disorder).late(kLineA, "A", 12, 3).build(); }

TEST(NetReordering, IsNamedWhenNumbersComeLateAndStampsGoForward) {
  const EvidenceBuilder evidence =
      EvidenceBuilder{}.point().value("capture.backward_stamps", kPoint, 0).value("feed.reorder_depth", kFeed, 2);
  const Judgement j = only(judged(kId, evidence, a_late_12()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::info);
  EXPECT_EQ(j.share, 12U);
  EXPECT_EQ(sentence(j.because),
            "line A brought 12 units in 3 packets after higher numbers, at most 2 packets late; stamped backward in "
            "the capture: 0 packets");
}

TEST(NetReordering, StaysUndecidedWithTheClockWhenAsManyStampsGoBack) {
  const EvidenceBuilder evidence = EvidenceBuilder{}.point().value("capture.backward_stamps", kPoint, 3);
  EXPECT_THAT(only(judged(kId, evidence, a_late_12())).undecided_with, ElementsAre("capture_clock"));
  EXPECT_THAT(only(judged("capture_clock", evidence, a_late_12())).undecided_with, ElementsAre("net_reordering"));
}

TEST(NetReordering, IsNamedWhenFewerStampsGoBackThanPacketsCameLate) {
  const EvidenceBuilder evidence = EvidenceBuilder{}.point().value("capture.backward_stamps", kPoint, 2);
  EXPECT_TRUE(is_decided(only(judged(kId, evidence, a_late_12()))));
  EXPECT_EQ(only(judged("capture_clock", evidence, a_late_12())).verdict, Verdict::ruled_out);
}

TEST(NetReordering, CannotBeToldWhereNobodyLookedAtTheStamps) {
  EXPECT_EQ(only(judged(kId, EvidenceBuilder{}.point(), a_late_12())).verdict, Verdict::cannot_tell);
}

TEST(NetReordering, IsSilentOnALossAndOnHealth) {
  EXPECT_THAT(judged(kId, healthy_capture(), EpisodeBuilder(Symptom::loss).missing(kLineA, "A", 3, 0).build()),
              IsEmpty());
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
