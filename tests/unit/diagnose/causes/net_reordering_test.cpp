// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

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

TEST(NetReordering, IsRuledOutWhereAllIsStampedBeforeWhatItCameAfter) {
  const EvidenceBuilder evidence = EvidenceBuilder{}.point().value("capture.backward_stamps", kPoint, 2);
  const Episode episode = EpisodeBuilder(Symptom::disorder).late(kLineA, "A", 12, 3, 12, 3).build();
  EXPECT_EQ(only(judged(kId, evidence, episode)).verdict, Verdict::ruled_out);
  const Judgement clock = only(judged("capture_clock", evidence, episode));
  EXPECT_TRUE(is_decided(clock));
  EXPECT_EQ(clock.share, 12U);
}

TEST(NetReordering, LeavesToTheClockWhatIsLateInTheFileOnly) {
  const EvidenceBuilder evidence = EvidenceBuilder{}.point().value("capture.backward_stamps", kPoint, 5);
  const Episode episode = EpisodeBuilder(Symptom::disorder).late(kLineA, "A", 12, 3, 8, 2).build();
  const Judgement j = only(judged(kId, evidence, episode));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.share, 4U);
  EXPECT_EQ(only(judged("capture_clock", evidence, episode)).share, 8U);
}

TEST(NetReordering, IsNamedHoweverManyStampsGoBackWhereLatePacketsAreStampedLate) {
  const EvidenceBuilder evidence = EvidenceBuilder{}.point().value("capture.backward_stamps", kPoint, 30);
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
