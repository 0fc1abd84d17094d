// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "publisher_stall";

Episode silence() { return EpisodeBuilder(Symptom::silence).build(); }

TEST(PublisherStall, IsNamedWhenTheSendTimesShowThePauseAndTheNumbersGoOn) {
  const Judgement j = only(judged(kId, silent_feed(), silence()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(j.place, Place::publisher);
  EXPECT_EQ(
      sentence(j.because),
      "all lines were silent for 5 s, 4 heartbeats did not come, 4 other streams went on; the numbers go on where "
      "they stopped and the send times pause for 4.99 s");
}

TEST(PublisherStall, CannotBeToldWhenTheMessagesAreOldAfterThePause) {
  const Judgement j = only(judged(kId, silent_feed().value("feed.silence_send_gap", kFeed, 2'000'000), silence()));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_THAT(sentence(j.because), HasSubstr("the messages waited on their way"));
}

TEST(PublisherStall, CannotBeToldWithoutSendTimes) {
  const Judgement j = only(judged(kId, silent_feed().without("feed.silence_send_gap"), silence()));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_THAT(j.missing, HasSubstr("send times"));
}

TEST(PublisherStall, IsNoAlarmWithoutSendTimesOnAFeedThatHasNoHeartbeats) {
  const EvidenceBuilder evidence = silent_feed().without("feed.silence_send_gap").without("feed.heartbeats_missed");
  EXPECT_EQ(only(judged(kId, evidence, silence())).severity, Severity::info);
}

TEST(PublisherStall, IsRuledOutWhenTheNumbersJump) {
  EXPECT_EQ(only(judged(kId, silent_feed().value("feed.silence_continued", kFeed, 0), silence())).verdict,
            Verdict::ruled_out);
}

TEST(PublisherStall, IsRuledOutWhenFewerThanThreeHeartbeatsAreMissing) {
  EXPECT_EQ(only(judged(kId, silent_feed().value("feed.heartbeats_missed", kFeed, 2), silence())).verdict,
            Verdict::ruled_out);
}

TEST(PublisherStall, CannotBeToldAtTheEndOfTheCapture) {
  const Episode episode = EpisodeBuilder(Symptom::silence).at_end().build();
  EXPECT_EQ(only(judged(kId, silent_feed(), episode)).verdict, Verdict::cannot_tell);
}

// --- live

TEST(PublisherStallOfASilentGroup, CannotBeToldWhereTheConsumerHasJoined) {
  const Diagnosis diagnosis = diagnosis_of(joined(waiting()), absence());
  ASSERT_EQ(diagnosis.findings.size(), 1U);
  const Finding& finding = diagnosis.findings.front();
  EXPECT_EQ(finding.cause->id, kId);
  EXPECT_EQ(finding.verdict, Verdict::cannot_tell);
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.place, Place::cannot_tell);
  EXPECT_EQ(finding.because, "no packet of 239.1.1.1 on eth1 for 5 s");
  EXPECT_THAT(finding.would_decide, HasSubstr("IGMP querier"));
}

TEST(PublisherStallOfASilentGroup, IsRuledOutWhereTheGroupComesOnAnotherInterface) {
  const EvidenceBuilder evidence = joined(waiting()).measured("absence.seen_on", 900, "eth0");
  EXPECT_EQ(only(judged(kId, evidence, absence())).verdict, Verdict::ruled_out);
}

TEST(PublisherStallOfASilentGroup, LeavesTheWordToAMissingMembership) {
  const Diagnosis diagnosis = diagnosis_of(waiting().value("consumer.is_member", kConsumer, 0), absence());
  ASSERT_EQ(diagnosis.findings.size(), 1U);
  EXPECT_EQ(diagnosis.findings[0].cause->id, "kernel_no_membership");
}

TEST(PublisherStall, ConcludesNothingWhileAConsumerOfTheFeedIsUnseen) {
  const EvidenceBuilder evidence = silent_feed().value("consumer.unseen", kFeed, 1, "Onload (/dev/onload)");
  const Judgement j = only(judged(kId, evidence, silence()));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_EQ(j.severity, Severity::info);
  EXPECT_THAT(sentence(j.because), HasSubstr("Onload (/dev/onload)"));
}

TEST(PublisherStallOfASilentGroup, ConcludesNothingWhileAConsumerOfTheFeedIsUnseen) {
  const EvidenceBuilder evidence = joined(waiting()).value("consumer.unseen", kFeed, 1, "Onload (/dev/onload)");
  const Judgement j = only(judged(kId, evidence, absence()));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_EQ(j.severity, Severity::info);
}

TEST(PublisherStall, IsSilentOnHealth) { EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty()); }

}  // namespace
}  // namespace wirecause::testing
