// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "capture_dropped";

EpisodeBuilder a_lacks_25() { return EpisodeBuilder(Symptom::loss).missing(kLineA, "A", 25, 0); }

TEST(CaptureDropped, IsNamedByTheCapturesOwnCountWithoutUnits) {
  const EvidenceBuilder evidence = EvidenceBuilder{}.dropped(19).value("capture.packets", kPoint, 40'000);
  const Judgement j = only(judged(kId, evidence, observation()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(j.place, Place::capture);
  EXPECT_EQ(j.strength, Strength::by_count);
  EXPECT_THAT(j.claims, IsEmpty());
  EXPECT_EQ(sentence(j.because), "the capture states 19 dropped packets beside 40 000 that it wrote");
}

TEST(CaptureDropped, ClaimsByCountNoMoreThanTheDroppedPacketsCanCarry) {
  // 2 390 units in 1 195 data packets: 4 packets carried 8 of the 25. The 300 heartbeats beside them carried none.
  const Judgement j =
      only(judged(kId, EvidenceBuilder{}.dropped(4).carried(2'390, 1'195), a_lacks_25().packets(1'495).build()));
  EXPECT_TRUE(is_decided(j));
  ASSERT_TRUE(j.bound.has_value());
  EXPECT_EQ(j.bound->units, 8U);
  EXPECT_EQ(
      sentence(j.because),
      "the capture states 4 dropped packets, which hold 8 units at the average of this feed: 2 390 units in 1 195 "
      "data packets");
}

TEST(CaptureDropped, RoundsUpWhatDroppedPacketsCanCarry) {
  const EvidenceBuilder evidence = EvidenceBuilder{}.dropped(3).carried(1'500, 1'000);
  EXPECT_EQ(only(judged(kId, evidence, a_lacks_25().build())).bound->units, 5U);
}

TEST(CaptureDropped, ClaimsOneUnitAPacketWhereNobodyCounted) {
  EXPECT_EQ(only(judged(kId, EvidenceBuilder{}.dropped(4), a_lacks_25().build())).bound->units, 4U);
}

TEST(CaptureDropped, IsNamedByHolesCommonToAllUnrelatedStreams) {
  const Episode episode =
      a_lacks_25().hole(kLineA, 100, 25, milliseconds(1), milliseconds(9), 3).common_to_all(1, 25).build();
  const Judgement j = only(judged(kId, EvidenceBuilder{}.point(), episode));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(sentence(j.because), "1 hole of 25 units opened while every unrelated stream had one too");
}

TEST(CaptureDropped, DoesNotTakeOneFeedAloneForAllStreams) {
  const Episode episode =
      a_lacks_25().hole(kLineA, 100, 25, milliseconds(1), milliseconds(9), 0).common_to_all(1, 25).build();
  EXPECT_TRUE(is_undecided(only(judged(kId, EvidenceBuilder{}.point(), episode))));
}

TEST(CaptureDropped, DoesNotTakeOneChanceOverlapOfManyHolesForAPause) {
  const Episode episode = a_lacks_25()
                              .missing(kLineB, "B", 10, 0)
                              .hole(kLineA, 100, 1, milliseconds(1), milliseconds(2), 1)
                              .missing({SubjectKind::line, 2}, "C", 5, 0)
                              .common_to_all(1, 1)
                              .build();
  EXPECT_TRUE(is_undecided(only(judged(kId, EvidenceBuilder{}.point(), episode))));
}

TEST(CaptureDropped, LeavesTheRestUndecidedBesideHolesInEverythingWhoeverWentOn) {
  const Episode episode = a_lacks_25()
                              .hole(kLineA, 100, 20, milliseconds(1), milliseconds(9), 3)
                              .common_to_all(1, 20)
                              .whole_streams(4)
                              .build();
  EXPECT_TRUE(is_undecided(only(judged("net_line_loss", EvidenceBuilder{}.point(), episode))));
}

TEST(CaptureDropped, StaysUndecidedWhenEverythingHasAHoleYetTheCounterIsStill) {
  const Episode episode =
      a_lacks_25().hole(kLineA, 100, 25, milliseconds(1), milliseconds(9), 3).common_to_all(1, 25).build();
  EXPECT_TRUE(is_undecided(only(judged(kId, EvidenceBuilder{}.dropped(0), episode))));
  EXPECT_TRUE(is_undecided(only(judged("net_line_loss", EvidenceBuilder{}.dropped(0), episode))));
}

TEST(CaptureDropped, StaysUndecidedWithTheLineWhenItsDropsAreNotKnown) {
  const Judgement j = only(judged(kId, EvidenceBuilder{}.point(), a_lacks_25().build()));
  EXPECT_THAT(j.undecided_with, ElementsAre("net_line_loss", "net_common_loss"));
  EXPECT_EQ(j.severity, Severity::warning);
}

TEST(CaptureDropped, HasTheSeverityOfItsPartnerWhileUndecided) {
  const Episode episode =
      EpisodeBuilder(Symptom::loss).lost(7).missing(kLineA, "A", 0, 7).missing(kLineB, "B", 0, 7).build();
  EXPECT_EQ(only(judged(kId, EvidenceBuilder{}.point(), episode)).severity, Severity::critical);
}

TEST(CaptureDropped, IsRuledOutWhenItsCounterIsStill) {
  const Judgement j = only(judged(kId, EvidenceBuilder{}.dropped(0), a_lacks_25().build()));
  EXPECT_EQ(j.verdict, Verdict::ruled_out);
  EXPECT_THAT(sentence(j.because), ::testing::Eq("the capture states 0 dropped packets"));
}

TEST(CaptureDropped, IsRuledOutForTheseUnitsWhenThreeOtherStreamsWentOn) {
  const Episode episode = a_lacks_25().whole_streams(4).build();
  EXPECT_EQ(only(judged(kId, EvidenceBuilder{}.dropped(900), episode)).verdict, Verdict::ruled_out);
}

TEST(CaptureDropped, SaysNothingOfACaptureThatDoesNotStateItsDrops) {
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
}

TEST(CaptureDropped, IsRuledOutOnACaptureThatDroppedNothing) {
  EXPECT_EQ(only(judged(kId, healthy_capture().dropped(0), observation())).verdict, Verdict::ruled_out);
}

}  // namespace
}  // namespace wirecause::testing
