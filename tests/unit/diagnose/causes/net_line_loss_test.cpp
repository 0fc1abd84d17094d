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

// --- live

Judgement live(const EvidenceBuilder& evidence) { return only(judged(kId, evidence, a_lacks_25_live().build())); }

TEST(NetLineLossLive, IsBeforeThisHostWhereEverythingUpToTheTapIsKnownToBeStill) {
  const Judgement j = live(whole_adapter());
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.place, Place::before_this_host);
  EXPECT_EQ(
      sentence(j.because),
      "line A lacks 25 units in 1 hole, of which another line brought 25; the tap and the adapter, whose counters are "
      "complete, dropped nothing");
}

TEST(NetLineLossLive, IsNicOrBeforeWhereTheAdaptersCountersAreNotKnownToBeComplete) {
  const Judgement j = live(whole_adapter().value("nic.counters_complete", kPoint, 0));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.place, Place::nic_or_before);
  EXPECT_THAT(sentence(j.because), HasSubstr("not known to be complete"));
  EXPECT_EQ(live(whole_adapter().without("nic.drops")).place, Place::nic_or_before);
  EXPECT_EQ(live(whole_adapter().without("nic.counters_complete")).place, Place::nic_or_before);
}

TEST(NetLineLossLive, IsNicOrBeforeWhereTheAdapterDropped) {
  const Judgement j = live(whole_adapter().measured("nic.drops", 9, {}, 0, kPoint));
  EXPECT_EQ(j.place, Place::nic_or_before);
  EXPECT_THAT(sentence(j.because), HasSubstr("the adapter counted 9 dropped packets"));
}

TEST(NetLineLossLive, IsNicOrBeforeWhereWeAskedTheSenderToPause) {
  EXPECT_EQ(live(whole_adapter().measured("nic.pause_sent", 3, {}, 0, kPoint)).place, Place::nic_or_before);
}

TEST(NetLineLossLive, IsNicOrBeforeWhereTheKernelsQueuesWereNotRead) {
  const EvidenceBuilder evidence = whole_adapter().without("softnet_stat.dropped");
  EXPECT_EQ(live(evidence).place, Place::nic_or_before);
  EXPECT_EQ(live(EvidenceBuilder(evidence).value("drop.probe", kHostOfConsumer, 1)).place, Place::before_this_host);
}

TEST(NetLineLossLive, IsNicOrBeforeWhereTheTapDroppedTooAndItsCountPaysFirst) {
  const Diagnosis diagnosis = diagnosis_of(whole_adapter().dropped(5), a_lacks_25_live().build());
  ASSERT_EQ(diagnosis.findings.size(), 2U);
  EXPECT_EQ(diagnosis.findings[0].cause->id, kId);
  EXPECT_EQ(diagnosis.findings[0].share, 20U);
  EXPECT_EQ(diagnosis.findings[0].place, Place::nic_or_before);
  EXPECT_EQ(diagnosis.findings[1].cause->id, "capture_dropped");
}

TEST(NetLineLossLive, StaysUndecidedWithTheTapWhoseDropsAreNotKnown) {
  EXPECT_THAT(live(whole_adapter().without("capture.dropped")).undecided_with, ElementsAre("capture_dropped"));
}

// A hole in everything: off line the adapter or the tap may be it, live both are counted.
TEST(NetLineLossLive, IsDecidedForAHoleThatAllStreamsShareWhereTapAndAdapterAreStill) {
  const Episode episode = EpisodeBuilder(Symptom::loss)
                              .missing(kLineA, "A", 25, 0)
                              .hole(kLineA, 1, 25, seconds(1), seconds(2), 3)
                              .common_to_all(1, 25)
                              .build();
  EXPECT_TRUE(is_decided(only(judged(kId, whole_adapter(), episode))));
  EXPECT_TRUE(is_undecided(only(judged(kId, EvidenceBuilder{}.dropped(0), episode))));
}

TEST(NetLineLossLive, IsRuledOutWhereThisHostDroppedAllOfIt) {
  const EvidenceBuilder evidence =
      whole_adapter().measured("drop.before_tap", 25, "SKB_DROP_REASON_CPU_BACKLOG", 0, kLineA);
  EXPECT_EQ(live(evidence).verdict, Verdict::ruled_out);
}

TEST(NetLineLossLive, ShowsADropBeforeTheTapThatNoCauseBears) {
  const EvidenceBuilder all = whole_adapter().measured("drop.before_tap", 25, "SKB_DROP_REASON_NOMEM", 0, kLineA);
  const Judgement j = live(all);
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_THAT(sentence(j.because), HasSubstr("25 units ended on this host before the tap: SKB_DROP_REASON_NOMEM"));
  const EvidenceBuilder some = whole_adapter().measured("drop.before_tap", 5, "SKB_DROP_REASON_NOMEM", 0, kLineA);
  EXPECT_EQ(live(some).place, Place::nic_or_before);
}

TEST(NetLineLossLive, SaysWhichNamespaceOfThisMachineDroppedThePackets) {
  const EvidenceBuilder evidence = live_point().measured(
      "drop.other_namespace", 25, "SKB_DROP_REASON_NETFILTER_DROP at veth7 in net:[4026532000]", 0, kLineA);
  const Judgement j = live(evidence);
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.place, Place::before_this_host);
  EXPECT_EQ(j.strength, Strength::by_number);
  EXPECT_THAT(sentence(j.because), HasSubstr("25 units ended in another network namespace of this machine: "
                                             "SKB_DROP_REASON_NETFILTER_DROP at veth7 in net:[4026532000]"));
}

TEST(NetLineLossLive, ConcludesNothingWhileAConsumerOfTheFeedIsUnseen) {
  const Judgement j = live(whole_adapter().value("consumer.unseen", kFeed, 1, "DPDK (uio)"));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_EQ(j.severity, Severity::info);
  EXPECT_THAT(j.missing, HasSubstr("bypass"));
}

TEST(NetLineLossLive, KnowsNothingOfAnAdapterOffLine) {
  const Judgement j = live(whole_adapter().without("point.live"));
  EXPECT_EQ(j.place, Place::before_this_host);
  EXPECT_EQ(j.strength, Strength::by_number);
  EXPECT_THAT(sentence(j.because), HasSubstr("the capture states 0 dropped packets"));
}

TEST(NetLineLoss, IsSilentOnHealth) {
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
  EXPECT_THAT(judged(kId, healthy_capture(), EpisodeBuilder(Symptom::disorder).late(kLineA, "A", 3, 3).build()),
              IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
