// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "net_common_loss";

EpisodeBuilder both_lack_7() {
  return EpisodeBuilder(Symptom::loss).lost(7).missing(kLineA, "A", 0, 7).missing(kLineB, "B", 0, 7);
}

TEST(NetCommonLoss, IsNamedAndCriticalWhenBothLinesLackTheSameNumbers) {
  const Judgement j = only(judged(kId, EvidenceBuilder{}.dropped(0), both_lack_7().build()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::critical);
  EXPECT_EQ(j.subject, kFeed);
  EXPECT_EQ(sentence(j.because),
            "nobody brought 7 units: 2 lines lack the same numbers; the capture states 0 dropped packets");
}

TEST(NetCommonLoss, IsNamedWhenTheLinesLackTheNumbersAtDifferentTimes) {
  const Episode episode = both_lack_7()
                              .hole(kLineA, 100, 7, milliseconds(1), milliseconds(2))
                              .hole(kLineB, 100, 7, milliseconds(5), milliseconds(6))
                              .build();
  const Judgement j = only(judged(kId, EvidenceBuilder{}.point(), episode));
  EXPECT_TRUE(is_decided(j));
  EXPECT_THAT(sentence(j.because), HasSubstr("at different times"));
}

TEST(NetCommonLoss, StaysUndecidedWhenOnePauseOfTheCaptureExplainsBothHoles) {
  const Episode episode = both_lack_7()
                              .hole(kLineA, 100, 7, milliseconds(1), milliseconds(4))
                              .hole(kLineB, 100, 7, milliseconds(2), milliseconds(5))
                              .build();
  const Judgement j = only(judged(kId, EvidenceBuilder{}.point(), episode));
  EXPECT_EQ(j.verdict, Verdict::named);
  EXPECT_THAT(j.undecided_with, ElementsAre("capture_dropped"));
}

TEST(NetCommonLoss, DoesNotTakeHolesOfDifferentNumbersForThoseOfOneLoss) {
  const Episode episode = both_lack_7()
                              .hole(kLineA, 100, 7, milliseconds(1), milliseconds(2))
                              .hole(kLineB, 900, 7, milliseconds(5), milliseconds(6))
                              .build();
  EXPECT_TRUE(is_undecided(only(judged(kId, EvidenceBuilder{}.point(), episode))));
}

TEST(NetCommonLoss, StaysUndecidedWhenOnlyOneLinesCaptureIsKnownToBeWhole) {
  const EvidenceBuilder evidence = EvidenceBuilder{}
                                       .point(kPoint)
                                       .point(kOtherPoint)
                                       .dropped(0, kPoint)
                                       .value("line.point", kLineA, 0)
                                       .value("line.point", kLineB, 1);
  EXPECT_TRUE(is_undecided(only(judged(kId, evidence, both_lack_7().build()))));
}

TEST(NetCommonLoss, IsRuledOutWhenAnotherLineBroughtEverything) {
  const Episode episode = EpisodeBuilder(Symptom::loss).missing(kLineA, "A", 25, 0).build();
  EXPECT_EQ(only(judged(kId, EvidenceBuilder{}.dropped(0), episode)).verdict, Verdict::ruled_out);
}

TEST(NetCommonLoss, IsRuledOutOnAFeedWithOneLine) {
  const Episode episode = EpisodeBuilder(Symptom::loss).lost(4).missing(kLineA, "A", 0, 4).build();
  EXPECT_EQ(only(judged(kId, EvidenceBuilder{}.dropped(0), episode)).verdict, Verdict::ruled_out);
}

// --- live

TEST(NetCommonLossLive, IsBeforeThisHostWhereEverythingUpToTheTapIsKnownToBeStill) {
  const Judgement j = only(judged(kId, whole_adapter(), both_lack_7().build()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.place, Place::before_this_host);
}

TEST(NetCommonLossLive, IsNicOrBeforeWhereTheAdaptersCountersAreNotKnown) {
  EXPECT_EQ(only(judged(kId, live_point().dropped(0), both_lack_7().build())).place, Place::nic_or_before);
}

TEST(NetCommonLossLive, IsNicOrBeforeWhereOneOfTwoAdaptersIsNotKnown) {
  const EvidenceBuilder evidence = whole_adapter()
                                       .point(kOtherPoint)
                                       .value("point.live", kOtherPoint, 1)
                                       .dropped(0, kOtherPoint)
                                       .value("line.point", kLineB, 1);
  const Judgement j = only(judged(kId, evidence, both_lack_7().build()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.place, Place::nic_or_before);
}

TEST(NetCommonLossLive, TakesOnlyWhatThisHostDidNotDropItself) {
  const EvidenceBuilder evidence =
      whole_adapter().measured("drop.before_tap", 0, "SKB_DROP_REASON_CPU_BACKLOG", 5, kLineA);
  const Diagnosis diagnosis = diagnosis_of(evidence, both_lack_7().build());
  ASSERT_EQ(diagnosis.findings.size(), 2U);
  EXPECT_EQ(diagnosis.findings[0].cause->id, "kernel_backlog_overflow");
  EXPECT_EQ(diagnosis.findings[0].lost, 5U);
  EXPECT_EQ(diagnosis.findings[1].cause->id, kId);
  EXPECT_EQ(diagnosis.findings[1].lost, 2U);
}

TEST(NetCommonLossLive, ConcludesNothingWhileAConsumerOfTheFeedIsUnseen) {
  const EvidenceBuilder evidence = whole_adapter().value("consumer.unseen", kFeed, 1, "VMA");
  EXPECT_EQ(only(judged(kId, evidence, both_lack_7().build())).verdict, Verdict::cannot_tell);
}

TEST(NetCommonLoss, IsSilentOnHealthAndOnARestart) {
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
  EXPECT_THAT(judged(kId, restarted_feed(), EpisodeBuilder(Symptom::restart).build()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
