// The stages together: shares, folding, order, verdict, runbook.
// SPDX-License-Identifier: Apache-2.0
#include "diagnose/diagnose.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"
#include "support/host_cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Diagnosis diagnosed(const EvidenceBuilder& evidence, std::vector<Episode> episodes) {
  for (Episode& episode : episodes) episode = evidence.attached(episode);
  return diagnose(evidence.build(), episodes);
}

std::vector<std::string_view> causes_of(const Diagnosis& diagnosis) {
  std::vector<std::string_view> ids;
  for (const Finding& finding : diagnosis.findings) ids.push_back(finding.cause->id);
  return ids;
}

Episode a_lacks(std::uint64_t units, DurationNs at) {
  return EpisodeBuilder(Symptom::loss).at(at).missing(kLineA, "A", units, 0).build();
}

Episode both_lack(std::uint64_t units) {
  return EpisodeBuilder(Symptom::loss)
      .lost(units)
      .missing(kLineA, "A", 0, units)
      .missing(kLineB, "B", 0, units)
      .build();
}

TEST(Diagnose, SaysNothingOfNothing) {
  const Diagnosis diagnosis = diagnosed(EvidenceBuilder{}, {});
  EXPECT_THAT(diagnosis.findings, IsEmpty());
  EXPECT_FALSE(diagnosis.verdict.place.has_value());
}

TEST(Diagnose, SaysNothingOfAHealthyCapture) {
  EXPECT_THAT(diagnosed(healthy_capture(), {observation()}).findings, IsEmpty());
}

TEST(Diagnose, GivesNoVerdictForWhatIsOnlyWorthKnowing) {
  const Diagnosis diagnosis = diagnosed(doubled_capture(), {observation()});
  EXPECT_THAT(causes_of(diagnosis), ElementsAre("capture_duplicated"));
  EXPECT_FALSE(diagnosis.verdict.place.has_value());
}

TEST(Diagnose, FoldsTheSameCauseOnTheSameLineIntoOneFinding) {
  const Diagnosis diagnosis =
      diagnosed(EvidenceBuilder{}.dropped(0), {a_lacks(25, seconds(1)), a_lacks(5, seconds(10))});
  ASSERT_THAT(causes_of(diagnosis), ElementsAre("net_line_loss"));
  const Finding& finding = diagnosis.findings.front();
  EXPECT_EQ(finding.share, 30U);
  EXPECT_EQ(finding.recovered, 30U);
  EXPECT_EQ(finding.episodes, 2U);
  EXPECT_EQ(finding.holes, 2U);
  EXPECT_EQ(finding.first, kStart + seconds(1));
  EXPECT_EQ(finding.last, kStart + seconds(10) + milliseconds(10));
  EXPECT_EQ(finding.expected, 100'000U);
  EXPECT_THAT(finding.because, HasSubstr("line A lacks 30 units in 2 holes"));
}

// What the kernel drops of a reader behind a bypass it may have had past the kernel.
TEST(Diagnose, ConcludesNothingOfADropForAnUnseenReader) {
  const EvidenceBuilder evidence =
      this_host().value("consumer.is_member", kConsumer, 0).value("consumer.host_membership", kConsumer, 0);
  const Episode dropped = drops_25(Checkpoint::ip, kNotSpecified).symbol("ip_rcv_finish_core").build();
  ASSERT_THAT(causes_of(diagnosed(evidence, {dropped})), ElementsAre("kernel_no_membership"));

  const Diagnosis unseen = diagnosed(EvidenceBuilder(evidence)
                                         .text("consumer.kind", kConsumer, "bypass")
                                         .value("consumer.feed", kConsumer, 0)
                                         .text("consumer.unseen", kFeed, "Onload (/dev/onload open as fd 7)"),
                                     {dropped});
  ASSERT_THAT(causes_of(unseen), ElementsAre("kernel_no_membership"));
  const Finding& finding = unseen.findings.front();
  EXPECT_EQ(finding.severity, Severity::info);
  EXPECT_EQ(finding.share, 0U);
  EXPECT_THAT(finding.because, HasSubstr("invisible here: Onload (/dev/onload open as fd 7)"));
}

TEST(Diagnose, ConcludesOfAKernelReaderBesideAnUnseenOne) {
  const EvidenceBuilder evidence = this_host()
                                       .value("consumer.is_member", kConsumer, 0)
                                       .value("consumer.host_membership", kConsumer, 0)
                                       .text("consumer.kind", kConsumer, "udp_socket")
                                       .value("consumer.feed", kConsumer, 0)
                                       .text("consumer.unseen", kFeed, "Onload (/dev/onload open as fd 7)");
  const Diagnosis diagnosis =
      diagnosed(evidence, {drops_25(Checkpoint::ip, kNotSpecified).symbol("ip_rcv_finish_core").build()});
  ASSERT_THAT(causes_of(diagnosis), ElementsAre("kernel_no_membership"));
  EXPECT_EQ(diagnosis.findings.front().severity, Severity::critical);
}

TEST(Diagnose, NamesTheSubjectAsTheEvidenceDoes) {
  const Diagnosis diagnosis = diagnosed(EvidenceBuilder{}.dropped(0), {a_lacks(25, seconds(1))});
  EXPECT_EQ(diagnosis.findings.front().subject_name, "feed ITCH-X line A 239.1.1.1:26477 from 10.0.0.1");
}

TEST(Diagnose, ListsTheLookAlikeThatItRuledOut) {
  const Diagnosis diagnosis = diagnosed(EvidenceBuilder{}.dropped(0), {a_lacks(25, seconds(1))});
  EXPECT_THAT(diagnosis.findings.front().ruled_out, Contains(Field(&RuledOut::cause, "capture_dropped")));
}

TEST(Diagnose, LetsTheCapturesCountPayFirstAndTheNetworkForTheRest) {
  // 4 packets of 5 units each: 20 of 25.
  const Diagnosis diagnosis =
      diagnosed(EvidenceBuilder{}.dropped(4).carried(100'000, 20'000), {a_lacks(25, seconds(1))});
  ASSERT_THAT(causes_of(diagnosis), ElementsAre("capture_dropped", "net_line_loss"));
  EXPECT_EQ(diagnosis.findings[0].share, 20U);
  EXPECT_EQ(diagnosis.findings[1].share, 5U);
}

TEST(Diagnose, LetsACounterPayOnlyOnceOverAllEpisodes) {
  const Diagnosis diagnosis = diagnosed(EvidenceBuilder{}.dropped(4).carried(100'000, 20'000),
                                        {a_lacks(15, seconds(1)), a_lacks(15, seconds(10))});
  ASSERT_THAT(causes_of(diagnosis), ElementsAre("capture_dropped", "net_line_loss"));
  EXPECT_EQ(diagnosis.findings[0].share, 20U);
  EXPECT_EQ(diagnosis.findings[1].share, 10U);
}

TEST(Diagnose, TakesTwoDropsForAUnitThatTwoLinesLack) {
  // 10 units a packet, so 1 packet carries 10 units, and 5 of what both lack.
  const Diagnosis diagnosis = diagnosed(EvidenceBuilder{}.dropped(1).carried(200'000, 20'000), {both_lack(7)});
  ASSERT_THAT(causes_of(diagnosis), ElementsAre("capture_dropped", "net_common_loss"));
  EXPECT_EQ(diagnosis.findings[0].lost, 5U);
  EXPECT_EQ(diagnosis.findings[1].lost, 2U);
}

TEST(Diagnose, TakesADropOfEachPointForAUnitThatLinesAtTwoPointsLack) {
  // One unit a packet. A lacks 7 that B lacks too, and 5 alone; 10 packets dropped at A's point, 8 at B's.
  EvidenceBuilder evidence;
  evidence.value("line.point", kLineA, kPoint.id).value("line.point", kLineB, kOtherPoint.id);
  evidence.dropped(10, kPoint).dropped(8, kOtherPoint).carried(20'000, 20'000);
  const Episode episode =
      EpisodeBuilder(Symptom::loss).lost(7).missing(kLineA, "A", 5, 7).missing(kLineB, "B", 0, 7).build();
  const Diagnosis diagnosis = diagnosed(evidence, {episode});
  ASSERT_THAT(causes_of(diagnosis), ElementsAre("capture_dropped", "net_line_loss"));
  EXPECT_EQ(diagnosis.findings[0].share, 10U);
  EXPECT_EQ(diagnosis.findings[0].lost, 7U);
  EXPECT_EQ(diagnosis.findings[1].share, 2U);
}

TEST(Diagnose, LeavesToTheNetworkWhatOnePointDidNotDrop) {
  EvidenceBuilder evidence;
  evidence.value("line.point", kLineA, kPoint.id).value("line.point", kLineB, kOtherPoint.id);
  evidence.dropped(10, kPoint).dropped(3, kOtherPoint).carried(20'000, 20'000);
  const Diagnosis diagnosis = diagnosed(evidence, {both_lack(7)});
  ASSERT_THAT(causes_of(diagnosis), ElementsAre("net_common_loss", "capture_dropped"));
  EXPECT_EQ(diagnosis.findings[0].lost, 4U);
  EXPECT_EQ(diagnosis.findings[1].lost, 3U);
}

TEST(Diagnose, LeavesNothingToTheNetworkWhereTheCaptureExplainsAll) {
  const Diagnosis diagnosis = diagnosed(EvidenceBuilder{}.dropped(50), {a_lacks(25, seconds(1))});
  ASSERT_THAT(causes_of(diagnosis), ElementsAre("capture_dropped"));
  EXPECT_THAT(diagnosis.findings.front().ruled_out, Contains(Field(&RuledOut::cause, "net_line_loss")));
  EXPECT_EQ(diagnosis.verdict.place, Place::capture);
}

TEST(Diagnose, NamesBothOfAnUndecidedPairAndTellsNoPlace) {
  const Diagnosis diagnosis = diagnosed(EvidenceBuilder{}.point(), {both_lack(7)});
  ASSERT_THAT(causes_of(diagnosis), ElementsAre("net_common_loss", "capture_dropped"));
  EXPECT_THAT(diagnosis.findings[0].undecided_with, ElementsAre("capture_dropped"));
  EXPECT_THAT(diagnosis.findings[1].undecided_with, ElementsAre("net_common_loss"));
  EXPECT_THAT(diagnosis.findings, Each(Field(&Finding::severity, Severity::critical)));
  EXPECT_THAT(diagnosis.findings, Each(Field(&Finding::share, 7U)));
  EXPECT_EQ(diagnosis.verdict.place, Place::cannot_tell);
  EXPECT_EQ(diagnosis.verdict.act, Actor::exchange);
  EXPECT_THAT(diagnosis.verdict.acts, ElementsAre(Actor::exchange, Actor::capture));
}

TEST(Diagnose, KeepsAnUndecidedCaptureBehindItsPartnersHoweverManyTheyAre) {
  const Episode both_lines =
      EpisodeBuilder(Symptom::loss).missing(kLineA, "A", 10, 0).missing(kLineB, "B", 9, 0).build();
  const Diagnosis diagnosis = diagnosed(EvidenceBuilder{}.point(), {both_lines});
  EXPECT_THAT(causes_of(diagnosis), ElementsAre("net_line_loss", "net_line_loss", "capture_dropped"));
  EXPECT_EQ(diagnosis.findings[0].share, 10U);
}

TEST(Diagnose, PutsUnitsLostForGoodBeforeALargerLossThatWasRecovered) {
  const Diagnosis diagnosis = diagnosed(EvidenceBuilder{}.dropped(0), {a_lacks(900, seconds(1)), both_lack(2)});
  EXPECT_THAT(causes_of(diagnosis), ElementsAre("net_common_loss", "net_line_loss"));
  EXPECT_EQ(diagnosis.verdict.place, Place::before_this_host);
  EXPECT_EQ(diagnosis.verdict.act, Actor::exchange);
}

TEST(Diagnose, PutsAnAlarmBeforeWhatIsOnlyWorthKnowing) {
  const Episode late = EpisodeBuilder(Symptom::disorder).late(kLineA, "A", 5'000, 900).build();
  const Diagnosis diagnosis = diagnosed(healthy_capture().dropped(0), {late, a_lacks(1, seconds(5))});
  EXPECT_THAT(causes_of(diagnosis), ElementsAre("net_line_loss", "net_reordering"));
}

TEST(Diagnose, RaisesNoAlarmForAHandfulOfPackets) {
  const Episode few = EpisodeBuilder(Symptom::loss).packets(15).lost(7).missing(kLineA, "A", 0, 7).build();
  const Diagnosis diagnosis = diagnosed(EvidenceBuilder{}.dropped(0), {few});
  EXPECT_THAT(diagnosis.findings, SizeIs(1));
  EXPECT_THAT(diagnosis.findings, Each(Field(&Finding::severity, Severity::info)));
}

TEST(Diagnose, IsOngoingWhereTheLossIsOpenAtTheEnd) {
  const Episode open = EpisodeBuilder(Symptom::loss).missing(kLineA, "A", 25, 0).at_end().build();
  EXPECT_TRUE(diagnosed(EvidenceBuilder{}.dropped(0), {open}).verdict.ongoing);
  EXPECT_FALSE(diagnosed(EvidenceBuilder{}.dropped(0), {a_lacks(25, seconds(1))}).verdict.ongoing);
}

TEST(Diagnose, ShowsASymptomThatNothingExplains) {
  const Diagnosis diagnosis =
      diagnosed(silent_feed().without("feed.silence_send_gap"), {EpisodeBuilder(Symptom::silence).build()});
  ASSERT_THAT(causes_of(diagnosis), ElementsAre("publisher_stall"));
  EXPECT_EQ(diagnosis.findings.front().verdict, Verdict::cannot_tell);
  EXPECT_EQ(diagnosis.verdict.place, Place::cannot_tell);
  EXPECT_THAT(diagnosis.findings.front().would_decide, HasSubstr("send times"));
}

TEST(Diagnose, CountsEachOfSeveralSilencesWithItsOwnFigures) {
  Timeline timeline = silent_feed().build();
  Episode first = EpisodeBuilder(Symptom::silence).at(seconds(200)).build();
  Record second;
  second.shape = Shape::summary;
  second.name = "feed.silence";
  second.subject = kFeed;
  second.from = second.to = kStart + seconds(200);
  second.value = 60'000'000'000;
  first.evidence = {*timeline.add(second)};
  const Diagnosis diagnosis = diagnose(timeline, std::vector{first});
  EXPECT_THAT(diagnosis.findings.front().because, HasSubstr("silent for 60 s"));
}

TEST(Diagnose, GivesEachHoleItsFrameAndFilter) {
  const Episode episode = EpisodeBuilder(Symptom::loss)
                              .missing(kLineA, "A", 25, 0)
                              .hole(kLineA, 10'021, 25, milliseconds(1), milliseconds(2))
                              .build();
  const Diagnosis diagnosis = diagnosed(EvidenceBuilder{}.dropped(0), {episode});
  const FindingEvidence& shown = diagnosis.findings.front().evidence.front();
  EXPECT_EQ(shown.name, "line.hole");
  EXPECT_EQ(shown.value, 25);
  EXPECT_EQ(shown.text, "missing from number 10021");
  EXPECT_THAT(shown.frames.frames, ElementsAre(77U));
  EXPECT_EQ(shown.frames.filter, "frame.number in {77}");
}

TEST(Diagnose, FillsTheRunbookWithWhatIsKnownAndSaysWhatIsNot) {
  const EvidenceBuilder evidence = EvidenceBuilder{}
                                       .dropped(0)
                                       .text("line.name", kLineA, "A")
                                       .text("line.group", kLineA, "239.1.1.1")
                                       .text("line.port", kLineA, "26477")
                                       .text("line.source", kLineA, "10.0.0.1")
                                       .text("feed.name", kFeed, "ITCH-X")
                                       .value("feed.line_count", kFeed, 2)
                                       .text("input.file", kInput, "open.pcap");
  const Diagnosis diagnosis = diagnosed(evidence, {a_lacks(25, seconds(1))});
  const Finding& finding = diagnosis.findings.front();
  EXPECT_THAT(finding.ask, HasSubstr("239.1.1.1:26477 from 10.0.0.1 dropped packets or went down between "
                                     "2023-11-14 22:13:21.000000000 and 22:13:21.010000000 UTC?"));
  EXPECT_THAT(finding.mitigate, HasSubstr("Take feed ITCH-X from its other line while that is whole"));
  EXPECT_EQ(
      finding.actions[0].verify,
      "tshark -r open.pcap -Y 'udp.dstport == 26477 && frame.time_epoch >= 1700000001.000000000 && frame.time_epoch "
      "<= 1700000001.010000000'");
  const FilledAction& looking = finding.actions[2];  // behind what changes something
  EXPECT_THAT(looking.command,
              ::testing::StartsWith("cannot be computed: interface is not known: ethtool -S {interface}"));
  EXPECT_FALSE(looking.is_computed);
}

TEST(Diagnose, CountsWhatAnEpisodeComesToAndNotTheFramesThatAreListed) {
  const EvidenceBuilder evidence =
      EvidenceBuilder{}.point().value("capture.repeated", kPoint, 30).value("capture.repeated_share", kPoint, 1'500);
  const Episode episode =
      EpisodeBuilder(Symptom::duplication).duplicates(kLineA, "A", 30).duplicates(kLineB, "B", 5).build();
  const Diagnosis diagnosis = diagnosed(evidence, {episode});
  const FindingEvidence& shown = diagnosis.findings.front().evidence.front();
  EXPECT_EQ(shown.name, "feed.duplication");
  EXPECT_EQ(shown.value, 35);
  EXPECT_EQ(shown.unit, Unit::units);
}

// One episode: line A lacks what B brought for a while, later both lack the same numbers.
TEST(Diagnose, TellsOfEachLossItsOwnHolesAndTimes) {
  Episode episode = EpisodeBuilder(Symptom::loss)
                        .lost(118)
                        .missing(kLineA, "A", 25, 118)
                        .missing(kLineB, "B", 0, 118)
                        .hole(kLineA, 1, 118, milliseconds(900), milliseconds(950))
                        .hole(kLineB, 1, 118, milliseconds(900), milliseconds(950))
                        .hole(kLineA, 500, 25, milliseconds(100), milliseconds(150))
                        .build();
  episode.largest[0].common = episode.largest[1].common = 118;
  episode.lines[0].alone = {1, kStart + milliseconds(100), kStart + milliseconds(150)};
  episode.lost_holes = {1, kStart + milliseconds(900), kStart + milliseconds(950)};
  episode.hole_count = 3;
  const Diagnosis diagnosis = diagnosed(EvidenceBuilder{}.dropped(0), {episode});
  ASSERT_THAT(causes_of(diagnosis), ElementsAre("net_common_loss", "net_line_loss"));
  const Finding& common = diagnosis.findings[0];
  EXPECT_EQ(common.holes, 1U);
  EXPECT_EQ(common.first, kStart + milliseconds(900));
  EXPECT_EQ(common.last, kStart + milliseconds(950));
  const Finding& line = diagnosis.findings[1];
  EXPECT_EQ(line.holes, 1U);
  EXPECT_EQ(line.first, kStart + milliseconds(100));
  EXPECT_EQ(line.last, kStart + milliseconds(150));
  EXPECT_EQ(line.evidence.front().value, 25);
}

TEST(Diagnose, BracketsAnIpv6Group) {
  const EvidenceBuilder evidence = EvidenceBuilder{}
                                       .dropped(0)
                                       .text("line.group", kLineA, "ff15::1")
                                       .text("line.port", kLineA, "26477")
                                       .text("line.source", kLineA, "fe80::1");
  const Diagnosis diagnosis = diagnosed(evidence, {a_lacks(25, seconds(1))});
  EXPECT_THAT(diagnosis.findings.front().ask, HasSubstr("[ff15::1]:26477 from fe80::1"));
}

TEST(Diagnose, NamesTheFileWhoseFramesShowTheFinding) {
  const Subject second{SubjectKind::input, 1};
  const EvidenceBuilder evidence = EvidenceBuilder{}
                                       .point()
                                       .dropped(0)
                                       .value("point.input", kPoint, 0)
                                       .text("line.port", kLineA, "26477")
                                       .text("input.file", kInput, "morning.pcap")
                                       .text("input.file", second, "noon.pcap");
  Episode episode = EpisodeBuilder(Symptom::loss).missing(kLineA, "A", 25, 0).hole(kLineA, 1, 25, {}, {}).build();
  episode.largest.front().input = 1;
  const Diagnosis diagnosis = diagnosed(evidence, {episode});
  EXPECT_THAT(diagnosis.findings.front().actions[0].verify, HasSubstr("tshark -r noon.pcap"));
}

TEST(Diagnose, NeverShrinksARing) {
  const EvidenceBuilder evidence = EvidenceBuilder{}.point().dropped(19).text("point.interface", kPoint, "eth0");
  const Diagnosis diagnosis = diagnosed(evidence, {observation()});
  EXPECT_EQ(diagnosis.findings.front().actions[1].command,
            "ethtool -G eth0 rx \"$(ethtool -g eth0 | sed -n 's/^RX:[^0-9]*//p' | head -1)\"");
}

TEST(Diagnose, PutsNoHostileInterfaceNameIntoACommand) {
  const EvidenceBuilder evidence =
      EvidenceBuilder{}.point().dropped(19).text("point.interface", kPoint, "eth0; rm -rf /");
  const Diagnosis diagnosis = diagnosed(evidence, {observation()});
  for (const FilledAction& action : diagnosis.findings.front().actions) {
    EXPECT_THAT(action.command + action.undo + action.verify + action.persist, ::testing::Not(HasSubstr("rm -rf")));
  }
}

TEST(Diagnose, ListsNoMoreEvidenceThanAReportCanShowAndCountsTheRest) {
  Timeline timeline;
  std::vector<Episode> episodes;
  for (std::uint32_t i = 0; i < 40; ++i) {
    Record record;
    record.name = "feed.silence";
    record.subject = kFeed;
    record.from = record.to = kStart + seconds(100 * i);
    record.value = 5'000'000'000;
    episodes.push_back(EpisodeBuilder(Symptom::silence).at(seconds(100 * i)).build());
    episodes.back().evidence = {*timeline.add(record)};
  }
  const Diagnosis diagnosis = diagnose(timeline, episodes);
  ASSERT_THAT(diagnosis.findings, SizeIs(1));
  EXPECT_LE(diagnosis.findings.front().evidence.size(), 32U);
  EXPECT_EQ(diagnosis.findings.front().evidence_total, 40U + 8U) << "records, and the first packets";
}

}  // namespace
}  // namespace wirecause::testing
