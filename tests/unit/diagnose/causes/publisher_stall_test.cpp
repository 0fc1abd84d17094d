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

TEST(PublisherStall, IsSilentOnHealth) { EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty()); }

}  // namespace
}  // namespace wirecause::testing
