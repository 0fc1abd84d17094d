// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "link_flap";

// The carrier was gone from `from` to `to` after the start.
EvidenceBuilder down(EvidenceBuilder evidence, DurationNs from, DurationNs to, Subject point = kPoint) {
  return evidence.measured("link.down", (to - from).ns, "eth1", 0, point).during(kStart + from, kStart + to);
}

TEST(LinkFlap, IsNamedForTheUnitsOfHolesThatWereOpenWithoutCarrier) {
  const EvidenceBuilder evidence = down(live_point(), milliseconds(1'001), milliseconds(1'006));
  const Judgement j = only(judged(kId, evidence, a_lacks_25_live().build()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.place, Place::nic_or_before);
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(sentence(j.because), "eth1 was without carrier for 5 ms while 25 units did not come");
}

TEST(LinkFlap, TakesItsUnitsBeforeTheNetworkDoes) {
  const Diagnosis diagnosis =
      diagnosis_of(down(whole_adapter(), milliseconds(1'001), milliseconds(1'006)), a_lacks_25_live().build());
  ASSERT_EQ(diagnosis.findings.size(), 1U);
  EXPECT_EQ(diagnosis.findings[0].cause->id, kId);
  EXPECT_EQ(diagnosis.findings[0].share, 25U);
}

TEST(LinkFlap, LeavesHolesOfAnotherTimeToTheNetwork) {
  Episode episode = EpisodeBuilder(Symptom::loss)
                        .missing(kLineA, "A", 30, 0)
                        .hole(kLineA, 1'000, 25, milliseconds(1'000), milliseconds(1'010))
                        .hole(kLineA, 2'000, 5, milliseconds(1'500), milliseconds(1'501))
                        .build();
  episode.hole_count = 2;
  const Diagnosis diagnosis = diagnosis_of(down(whole_adapter(), milliseconds(1'001), milliseconds(1'006)), episode);
  ASSERT_EQ(diagnosis.findings.size(), 2U);
  EXPECT_EQ(diagnosis.findings[0].cause->id, kId);
  EXPECT_EQ(diagnosis.findings[0].share, 25U);
  EXPECT_EQ(diagnosis.findings[1].cause->id, "net_line_loss");
  EXPECT_EQ(diagnosis.findings[1].share, 5U);
}

TEST(LinkFlap, IsRuledOutWhereNoHoleWasOpen) {
  const EvidenceBuilder evidence = down(live_point(), milliseconds(1'700), milliseconds(1'800));
  EXPECT_EQ(only(judged(kId, evidence, a_lacks_25_live().build())).verdict, Verdict::ruled_out);
}

TEST(LinkFlap, OfALineOnAnotherInterfaceIsRuledOut) {
  const EvidenceBuilder evidence = down(live_point(), milliseconds(1'001), milliseconds(1'006), kOtherPoint);
  EXPECT_EQ(only(judged(kId, evidence, a_lacks_25_live().build())).verdict, Verdict::ruled_out);
}

TEST(LinkFlap, LosesForGoodOnlyWhatEveryLineWithoutCarrierLacked) {
  Episode both = EpisodeBuilder(Symptom::loss)
                     .lost(7)
                     .missing(kLineA, "A", 0, 7)
                     .missing(kLineB, "B", 0, 7)
                     .hole(kLineA, 100, 7, milliseconds(1'000), milliseconds(1'010))
                     .hole(kLineB, 100, 7, milliseconds(1'000), milliseconds(1'010))
                     .build();
  for (EpisodeHole& hole : both.largest) hole.common = 7;
  const EvidenceBuilder same_port = down(live_point(), milliseconds(1'001), milliseconds(1'006));
  EXPECT_EQ(only(judged(kId, same_port, both)).severity, Severity::critical);
  EXPECT_EQ(only(judged(kId, EvidenceBuilder(same_port).value("line.point", kLineB, 1), both)).verdict,
            Verdict::ruled_out);
}

// The kernel tells of one change a second: a shorter flap is in the counter alone.
TEST(LinkFlap, IsNamedByItsCounterWhereNoStreamWasWhole) {
  const EvidenceBuilder evidence = live_point().measured("carrier_down_count", 1, {}, 0, kInterfaceOfConsumer);
  const Judgement j = only(judged(kId, evidence, a_lacks_25_live().build()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.strength, Strength::by_count);
  EXPECT_EQ(sentence(j.because), "the carrier was lost 1 time and no other stream was whole meanwhile");
}

TEST(LinkFlap, IsRuledOutByTheCounterOfAnotherInterface) {
  const EvidenceBuilder evidence = live_point()
                                       .value("consumer.interface", kConsumer, 0, "eth1")
                                       .measured("carrier_down_count", 1, {}, 0, {SubjectKind::interface, 1})
                                       .measured("carrier_down_count", 0, {}, 0, kInterfaceOfConsumer);
  EXPECT_EQ(only(judged(kId, evidence, a_lacks_25_live().build())).verdict, Verdict::ruled_out);
}

TEST(LinkFlap, CannotBeToldByItsCounterWhereOtherStreamsWentOn) {
  const EvidenceBuilder evidence = live_point().measured("carrier_down_count", 1, {}, 0, kInterfaceOfConsumer);
  const Judgement j = only(judged(kId, evidence, a_lacks_25_live().whole_streams(4).build()));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_THAT(j.missing, HasSubstr("ip monitor link"));
}

TEST(LinkFlap, IsRuledOutWhereItsCounterIsStill) {
  const EvidenceBuilder evidence = live_point().measured("carrier_down_count", 0, {}, 0, kInterfaceOfConsumer);
  EXPECT_EQ(only(judged(kId, evidence, a_lacks_25_live().build())).verdict, Verdict::ruled_out);
}

TEST(LinkFlap, IsNamedForASilenceThatBeganWithIt) {
  const EvidenceBuilder evidence =
      down(silent_feed().value("feed.silence_continued", kFeed, 0), seconds(1), milliseconds(1'200));
  const Judgement j = only(judged(kId, evidence, EpisodeBuilder(Symptom::silence).build()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(sentence(j.because), "eth1 was without carrier for 200 ms, and nothing came");
}

// The look-alike: the publisher paused, and nothing was missed.
TEST(LinkFlap, IsRuledOutForASilenceAfterWhichTheNumbersGoOn) {
  const EvidenceBuilder evidence = down(silent_feed(), seconds(1), milliseconds(1'200));
  EXPECT_EQ(only(judged(kId, evidence, EpisodeBuilder(Symptom::silence).build())).verdict, Verdict::ruled_out);
}

TEST(LinkFlap, IsNamedForAGroupOfWhichNothingCameWhileTheCarrierIsGone) {
  const Judgement j = only(judged(kId, down(waiting(), seconds(0), seconds(2)), absence()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
}

TEST(LinkFlap, DoesNotApplyToACapture) {
  EXPECT_THAT(judged(kId, EvidenceBuilder{}.dropped(0), a_lacks_25_live().build()), IsEmpty());
  EXPECT_THAT(judged(kId, silent_feed(), EpisodeBuilder(Symptom::silence).build()), IsEmpty());
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
