// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "net_line_loss";

Episode a_lacks_25() { return EpisodeBuilder(Symptom::loss).missing(kLineA, "A", 25, 0).build(); }

TEST(NetLineLoss, IsNamedBeforeTheCaptureWhenTheCaptureStatesThatItDroppedNothing) {
  const Judgement j = only(judged(kId, EvidenceBuilder{}.dropped(0), a_lacks_25()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.subject, kLineA);
  EXPECT_EQ(j.place, Place::before_this_host);
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(j.recovered, 25U);
  EXPECT_EQ(sentence(j.because),
            "line A lacks 25 units in 1 hole, of which another line brought 25; the capture states 0 dropped packets");
}

TEST(NetLineLoss, IsNamedWhenThreeOtherStreamsWentOn) {
  const Episode episode = EpisodeBuilder(Symptom::loss).whole_streams(3).missing(kLineA, "A", 25, 0).build();
  const Judgement j = only(judged(kId, EvidenceBuilder{}, episode));
  EXPECT_TRUE(is_decided(j));
  EXPECT_THAT(sentence(j.because), HasSubstr("3 other streams went on meanwhile"));
}

TEST(NetLineLoss, StaysUndecidedWithTheCaptureWhenItsDropsAreNotKnown) {
  const Episode episode = EpisodeBuilder(Symptom::loss).whole_streams(2).missing(kLineA, "A", 25, 0).build();
  const Judgement j = only(judged(kId, EvidenceBuilder{}.point(), episode));
  EXPECT_EQ(j.verdict, Verdict::named);
  EXPECT_THAT(j.undecided_with, ElementsAre("capture_dropped"));
  EXPECT_THAT(j.missing, HasSubstr("states its own drops"));
}

TEST(NetLineLoss, StaysUndecidedWhenOneOfTwoPointsDoesNotStateItsDrops) {
  const EvidenceBuilder evidence = EvidenceBuilder{}.point(kPoint).point(kOtherPoint).dropped(0, kPoint);
  EXPECT_TRUE(is_undecided(only(judged(kId, evidence, a_lacks_25()))));
}

TEST(NetLineLoss, LooksOnlyAtThePointOfItsLine) {
  const EvidenceBuilder evidence = EvidenceBuilder{}
                                       .point(kPoint)
                                       .point(kOtherPoint)
                                       .dropped(0, kPoint)
                                       .dropped(9, kOtherPoint)
                                       .value("line.point", kLineA, 0);
  EXPECT_TRUE(is_decided(only(judged(kId, evidence, a_lacks_25()))));
}

TEST(NetLineLoss, OfAFeedWithOneLineIsFinallyLost) {
  const Episode episode = EpisodeBuilder(Symptom::loss).lost(4).missing(kLineA, "A", 0, 4).build();
  const Judgement j = only(judged(kId, EvidenceBuilder{}.dropped(0), episode));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::critical);
  EXPECT_THAT(sentence(j.because), HasSubstr("no other line brought them"));
}

TEST(NetLineLoss, SaysHowMuchOfItWasAnOutage) {
  const Episode episode = EpisodeBuilder(Symptom::loss).missing(kLineA, "A", 500, 0, 480).build();
  const Judgement j = only(judged(kId, EvidenceBuilder{}.dropped(0), episode));
  EXPECT_THAT(sentence(j.because), HasSubstr("480 of them while it was silent"));
  EXPECT_EQ(j.recovered, 20U);
}

TEST(NetLineLoss, IsRuledOutWhenBothLinesLackTheSameNumbers) {
  const Episode episode =
      EpisodeBuilder(Symptom::loss).lost(7).missing(kLineA, "A", 0, 7).missing(kLineB, "B", 0, 7).build();
  EXPECT_EQ(only(judged(kId, EvidenceBuilder{}.dropped(0), episode)).verdict, Verdict::ruled_out);
}

TEST(NetLineLoss, JudgesEachLineForItself) {
  const Episode episode = EpisodeBuilder(Symptom::loss).missing(kLineA, "A", 3, 0).missing(kLineB, "B", 2, 0).build();
  EXPECT_THAT(judged(kId, EvidenceBuilder{}.dropped(0), episode), Each(Field(&Judgement::undecided_with, IsEmpty())));
  EXPECT_EQ(judged(kId, EvidenceBuilder{}.dropped(0), episode).size(), 2U);
}

TEST(NetLineLoss, LeavesToTheCaptureWhatItStatesAsDroppedFirst) {
  const Judgement j = only(judged(kId, EvidenceBuilder{}.dropped(5), a_lacks_25()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.strength, Strength::pattern);
}

TEST(NetLineLoss, IsSilentOnHealth) {
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
  EXPECT_THAT(judged(kId, healthy_capture(), EpisodeBuilder(Symptom::disorder).late(kLineA, "A", 3, 3).build()),
              IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
