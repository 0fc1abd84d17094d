// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view kId = "publisher_restart";

Episode restart() { return EpisodeBuilder(Symptom::restart).build(); }

TEST(PublisherRestart, IsAWarningWhileTheFeedWasInUse) {
  const Judgement j = only(judged(kId, restarted_feed(), restart()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(j.strength, Strength::by_number);
  EXPECT_EQ(j.place, Place::publisher);
  EXPECT_EQ(sentence(j.because), "session 000001 -> 000002 on 2 of 2 lines, after 250 ms without a packet");
}

TEST(PublisherRestart, IsWorthKnowingAfterAMinuteWithoutAPacket) {
  const Judgement j = only(judged(kId, restarted_feed().value("feed.restart_idle", kFeed, 60'000'000'000), restart()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::info);
}

TEST(PublisherRestart, IsOnlyAPatternWhereNothingButTheNumbersShowIt) {
  const EvidenceBuilder evidence =
      restarted_feed().value("feed.restart", kFeed, 2, "numbers restart at 1 (were at 900)");
  EXPECT_EQ(only(judged(kId, evidence, restart())).strength, Strength::pattern);
}

TEST(PublisherRestart, CannotBeToldWhenOneLineGoesOn) {
  const Judgement j = only(judged(kId, restarted_feed().value("feed.restart_lines", kFeed, 1), restart()));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
}

TEST(PublisherRestart, CannotBeToldWhenTheLinesWereNotCounted) {
  EXPECT_EQ(only(judged(kId, restarted_feed().without("feed.line_count"), restart())).verdict, Verdict::cannot_tell);
}

TEST(PublisherRestart, IsSilentOnHealthAndOnAGiantGap) {
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
  const Episode gap = EpisodeBuilder(Symptom::loss).lost(900'000).missing(kLineA, "A", 0, 900'000).build();
  EXPECT_THAT(judged(kId, restarted_feed(), gap), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
