// Stories of one line: late, duplicate, lost, unknown; wraps, restarts and damaged numbers (DESIGN D2 to D4). Stories
// of several lines are in arbitration_test.cpp, of pauses in feed_silence_test.cpp. Every finish() also holds the sums
// against what was brought.
// SPDX-License-Identifier: Apache-2.0
#include "feed/feed_tracker.hpp"

#include <gtest/gtest.h>

#include "support/feed_script.hpp"

namespace wirecause {
namespace {

using test::Script;

TEST(FeedTracker, ALineInOrderLosesNothing) {
  Script feed;
  const FeedSummary sum = feed.run(1, 100).finish();
  EXPECT_EQ(sum.lines[0].expected, 100U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].late, 0U);
  EXPECT_EQ(sum.lines[0].duplicates, 0U);
  EXPECT_EQ(sum.lines[0].first_sequence, 1U);
  EXPECT_EQ(sum.lines[0].last_sequence, 100U);
  EXPECT_EQ(sum.arbitrated.delivered, 100U);
  EXPECT_EQ(sum.epochs, 1U);
}

TEST(FeedTracker, NumbersBelowTheFirstOneSeenWereBeforeTheCaptureAndAreNotLost) {
  Script feed;
  const FeedSummary sum = feed.run(1'000'000, 1'000'099).finish();
  EXPECT_EQ(sum.lines[0].expected, 100U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
}

TEST(FeedTracker, SwappedNeighboursAreOneLateUnitAndNoLossAndNotSpokenOf) {
  Script feed;
  const FeedSummary sum = feed.run(1, 50).data(52).data(51).run(53, 200).finish();
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].late, 1U);
  EXPECT_EQ(sum.lines[0].reordered_packets, 1U);
  EXPECT_EQ(sum.lines[0].gaps.total, 0U);
}

TEST(FeedTracker, AHoleOlderThanTheWindowIsLostAndSaysWhichFrameShowedIt) {
  Script feed;
  feed.run(1, 100).data(103);
  const std::uint64_t showed_it = feed.last_frame();
  const FeedSummary sum = feed.run(104, 300).finish();
  EXPECT_EQ(sum.lines[0].lost, 2U);
  EXPECT_EQ(sum.arbitrated.lost, 2U);
  ASSERT_EQ(sum.lines[0].gaps.listed.size(), 1U);
  EXPECT_EQ(sum.lines[0].gaps.listed[0].first_sequence, 101U);
  EXPECT_EQ(sum.lines[0].gaps.listed[0].count, 2U);
  EXPECT_EQ(sum.lines[0].gaps.listed[0].frame, showed_it);
  EXPECT_EQ(sum.lines[0].gaps.listed[0].closed_by, ClosedBy::lost);
}

TEST(FeedTracker, APacketFarBehindTheWindowIsLateAndItsGapIsListedAsClosedByIt) {
  Script feed;
  const FeedSummary sum = feed.run(1, 100).run(102, 400).data(101).run(401, 500).finish();
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].late, 1U);
  ASSERT_EQ(sum.lines[0].gaps.total, 1U);
  EXPECT_EQ(sum.lines[0].gaps.listed[0].closed_by, ClosedBy::late);
}

TEST(FeedTracker, AHoleFilledInTheMiddleLeavesItsTwoEndsMissing) {
  Script feed;
  const FeedSummary sum = feed.run(1, 100).data(111).data(105, 2).run(112, 300).finish();
  EXPECT_EQ(sum.lines[0].late, 2U);
  EXPECT_EQ(sum.lines[0].lost, 8U);  // 101-104 and 107-110
}

TEST(FeedTracker, APacketThatOverlapsWhatIsKnownAddsOnlyWhatIsNew) {
  Script feed;
  const FeedSummary sum = feed.data(101, 10).data(106, 10).finish();
  EXPECT_EQ(sum.lines[0].expected, 15U);
  EXPECT_EQ(sum.lines[0].duplicates, 5U);
}

TEST(FeedTracker, AHeartbeatShowsTheLossOfTheTail) {
  Script feed;
  const FeedSummary sum = feed.run(1, 100).heartbeat(104).finish(5'000);
  EXPECT_EQ(sum.lines[0].lost, 3U);
  EXPECT_EQ(sum.arbitrated.lost, 3U);
  EXPECT_EQ(sum.lines[0].heartbeats, 1U);
  EXPECT_EQ(sum.lines[0].tail_unknown, 0U);
}

TEST(FeedTracker, AnEndOfSessionShowsTheLossOfTheTailToo) {
  Script feed;
  const FeedSummary sum = feed.run(1, 100).end_of_session(102).finish(5'000);
  EXPECT_EQ(sum.lines[0].lost, 1U);
}

TEST(FeedTracker, AHeartbeatThatAgreesConsumesNothing) {
  Script feed;
  const FeedSummary sum = feed.run(1, 100).heartbeat(101).run(101, 200).heartbeat(201).finish();
  EXPECT_EQ(sum.lines[0].expected, 200U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].heartbeats, 2U);
}

TEST(FeedTracker, AHeartbeatThatConsumesANumberIsAUnitAndAHeartbeat) {
  Script feed;  // CME's AdminHeartbeat: a packet with a number of its own
  const FeedSummary sum = feed.run(1, 10).consuming_heartbeat(11).run(12, 20).finish();
  EXPECT_EQ(sum.lines[0].expected, 20U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].heartbeats, 1U);
}

TEST(FeedTracker, AHoleYoungerThanTheWindowAtTheEndIsUnknownAndNotLost) {
  Script feed;
  const FeedSummary sum = feed.run(1, 100).run(103, 110).finish();
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].tail_unknown, 2U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
  EXPECT_EQ(sum.arbitrated.tail_unknown, 2U);
}

TEST(FeedTracker, AHoleOf64PacketsIsNoLongerYoung) {
  Script feed;
  feed.run(1, 100);
  feed.data(102);
  for (std::uint64_t n = 103; n < 103 + 64; ++n) feed.after_us(1).data(n);  // 64 us: young in time, not in packets
  EXPECT_EQ(feed.finish().lines[0].lost, 1U);
}

TEST(FeedTracker, AHoleOfAMillisecondIsNoLongerYoung) {
  Script feed;
  EXPECT_EQ(feed.run(1, 100).data(102).finish(1'000).lines[0].lost, 1U);
}

TEST(FeedTracker, DuplicatesAreCountedBesideAndNeverInside) {
  Script feed;
  const FeedSummary sum = feed.run(101, 200).data(200).data(199).run(201, 250).finish();
  EXPECT_EQ(sum.lines[0].duplicates, 2U);
  EXPECT_EQ(sum.lines[0].expected, 150U);
  EXPECT_EQ(sum.lines[0].late, 0U);
}

TEST(FeedTracker, UnsequencedPacketsAreCountedAndMoveNothing) {
  Script feed;
  const FeedSummary sum = feed.run(1, 10).unsequenced().unsequenced().run(11, 20).finish();
  EXPECT_EQ(sum.lines[0].packets, 22U);
  EXPECT_EQ(sum.lines[0].unsequenced, 2U);
  EXPECT_EQ(sum.lines[0].expected, 20U);
}

TEST(FeedTracker, SixteenBitNumbersGoOnAt0After65535) {
  Script feed{{.numbers = test::kSixteenBits}};
  const FeedSummary sum = feed.run(65'500, 65'535).run(0, 63).finish();
  EXPECT_EQ(sum.lines[0].expected, 100U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_EQ(sum.lines[0].last_sequence, 63U);
}

TEST(FeedTracker, ThirtyTwoBitNumbersThatBeginAt1GoOnAt1) {
  Script feed{{.numbers = test::kThirtyTwoBitsFromOne}};
  const FeedSummary sum = feed.run(0xffff'ffc0, 0xffff'ffff).run(1, 36).finish();
  EXPECT_EQ(sum.lines[0].expected, 100U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.epochs, 1U);
}

TEST(FeedTracker, OnePacketMayCrossTheWrap) {
  Script feed{{.numbers = test::kThirtyTwoBitsFromOne}};
  const FeedSummary sum = feed.data(0xffff'fffe, 4).data(3).finish();  // ..fffe, ..ffff, 1, 2
  EXPECT_EQ(sum.lines[0].expected, 5U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
}

TEST(FeedTracker, AHoleAcrossTheWrapIsAsLargeAsItIs) {
  Script feed{{.numbers = test::kSixteenBits}};
  const FeedSummary sum = feed.run(65'400, 65'533).run(2, 200).finish();
  EXPECT_EQ(sum.lines[0].lost, 4U);  // 65534, 65535, 0, 1
  ASSERT_EQ(sum.lines[0].gaps.listed.size(), 1U);
  EXPECT_EQ(sum.lines[0].gaps.listed[0].first_sequence, 65'534U);
}

TEST(FeedTracker, ThreePacketsThatAgreeBelowTheHorizonAreASilentRestart) {
  Script feed;
  const FeedSummary sum = feed.run(5'000, 5'299).numbers_begin_again().run(1, 200).finish();
  EXPECT_EQ(sum.epochs, 2U);
  EXPECT_EQ(sum.lines[0].expected, 500U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].duplicates, 0U);
  ASSERT_EQ(feed.tracker().restarts().size(), 1U);
  EXPECT_EQ(feed.tracker().restarts()[0].last_number, 5'299U);
  EXPECT_EQ(feed.tracker().restarts()[0].first_number, 1U);
}

TEST(FeedTracker, TwoPacketsThatAgreeAreNoRestart) {
  Script feed;
  const FeedSummary sum = feed.run(5'000, 5'299).damaged(1).damaged(2).run(5'300, 5'400).finish();
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_EQ(sum.lines[0].expected, 401U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].out_of_range_packets, 2U);
}

TEST(FeedTracker, ACopyOfTheFirstPacketIsNoRestart) {
  Script feed;
  const FeedSummary sum = feed.data(1, 10).data(1, 10).data(11, 10).data(21, 10).finish();
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_EQ(sum.lines[0].duplicates, 10U);
  EXPECT_EQ(sum.lines[0].expected, 30U);
}

TEST(FeedTracker, OneDamagedNumberFarAheadOpensNoHole) {
  Script feed;
  const FeedSummary sum = feed.run(1, 100).damaged(5'000'000'000).run(101, 300).finish();
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].expected, 300U);
  EXPECT_EQ(sum.lines[0].out_of_range_packets, 1U);
}

TEST(FeedTracker, ADamagedNumberAtTheVeryTopOfTheSpaceOpensNoHole) {
  Script feed;
  const FeedSummary sum = feed.run(1, 100).send(RunKind::data, ~std::uint64_t{0} - 1, 4).run(101, 300).finish();
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].out_of_range_packets, 1U);
}

TEST(FeedTracker, OneDamagedNumberFurtherAheadThanTheLineCouldHaveCarriedOpensNoHole) {
  for (const std::uint64_t bit : {1U << 11U, 1U << 14U, 1U << 18U}) {
    Script feed;
    const FeedSummary sum = feed.run(1, 500).damaged(501 ^ bit).run(502, 900).finish();
    EXPECT_EQ(sum.lines[0].lost, 1U) << bit;  // the damaged one itself
    EXPECT_EQ(sum.lines[0].late, 0U) << bit;
    EXPECT_EQ(sum.lines[0].out_of_range_packets, 1U) << bit;
  }
}

TEST(FeedTracker, ADamagedNumberOfOneLineOpensNoHoleInTheFeed) {
  Script feed{{.lines = 2}};
  feed.both(1, 500);
  feed.line(0).damaged(501 + (1U << 18U)).line(1).data(501);
  const FeedSummary sum = feed.both(502, 900).finish();
  EXPECT_EQ(sum.lines[0].lost, 1U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
  EXPECT_EQ(sum.arbitrated.expected, 900U);
}

TEST(FeedTracker, ALatePacketBetweenThoseThatAgreeChangesNothing) {
  Script feed;
  feed.run(1, 100).run(102, 300).data(9'000).data(101).run(9'001, 9'200);
  const FeedSummary sum = feed.finish();
  EXPECT_EQ(sum.lines[0].lost, 9'000U - 301U);
  EXPECT_EQ(sum.lines[0].late, 1U);
  EXPECT_EQ(sum.lines[0].out_of_range_packets, 0U);
}

TEST(FeedTracker, ALossOfAnySizeIsExactAndItsHoleBeginsWithThePacketBeforeIt) {
  for (const std::uint64_t loss : {10U, 300U, 3'000U, 40'000U, 3'000'000U}) {
    Script feed;
    feed.run(1, 1'000).run(1'001 + loss, 2'000 + loss);
    const FeedSummary sum = feed.finish();
    EXPECT_EQ(sum.lines[0].lost, loss);
    EXPECT_EQ(sum.lines[0].out_of_range_packets, 0U);
    ASSERT_EQ(feed.tracker().book().spans().size(), 1U);
    EXPECT_EQ(feed.tracker().book().spans()[0].before, Script::time(9'990)) << loss;
    EXPECT_EQ(feed.tracker().book().spans()[0].after, Script::time(10'000)) << loss;
  }
}

TEST(FeedTracker, LinesThatLoseMuchTogetherHaveNoOutage) {
  Script feed{{.lines = 2}};
  feed.both(1, 1'000).after_us(3'000'000);
  const FeedSummary sum = feed.both(2'000'001, 2'000'500).finish();
  EXPECT_EQ(sum.arbitrated.lost, 2'000'000U - 1'000U);
  ASSERT_EQ(sum.lines[0].gaps.listed.size(), 1U);
  EXPECT_EQ(sum.lines[0].gaps.listed[0].closed_by, ClosedBy::lost);
  EXPECT_EQ(sum.lines[1].gaps.listed[0].closed_by, ClosedBy::lost);
}

TEST(FeedTracker, TwoPacketsThatAgreeAtTheEndAreALoss) {
  Script feed;
  EXPECT_EQ(feed.run(1, 100).data(9'001).data(9'002).finish(5'000).lines[0].lost, 8'900U);
}

TEST(FeedTracker, EveryPacketFarFromTheOneBeforeIsLossAndStaysExact) {
  Script feed;
  for (std::uint64_t i = 0; i < 200; ++i) feed.after_us(1'000).data(1 + i * 700);
  const FeedSummary sum = feed.finish(5'000);
  EXPECT_EQ(sum.lines[0].lost, 199U * 699U);
}

TEST(FeedTracker, ThreePacketsThatAgreeFarAheadAreAJumpAndWhatWasJumpedIsLost) {
  Script feed;
  const FeedSummary sum = feed.run(1, 100).run(10'000'001, 10'000'200).finish();
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_EQ(sum.lines[0].lost, 10'000'000U - 100U);
}

TEST(FeedTracker, ANewSessionIsANewEpochAndNoLoss) {
  Script feed{{.session = 1}};
  const FeedSummary sum = feed.run(900, 999).session(2).run(1, 100).finish();
  EXPECT_EQ(sum.epochs, 2U);
  EXPECT_EQ(sum.lines[0].resets, 1U);
  EXPECT_EQ(sum.lines[0].expected, 200U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
}

TEST(FeedTracker, NumbersMissedAtTheBeginningOfANewSessionAreLost) {
  Script feed{{.session = 1}};
  const FeedSummary sum = feed.run(900, 999).session(2).run(4, 200).finish();
  EXPECT_EQ(sum.arbitrated.lost, 3U);
}

TEST(FeedTracker, ANewSessionThatGoesOnWithTheNumbersOfTheOldOneHasMissedNothing) {
  for (const std::uint64_t first : {2'001U, 2'003U}) {
    Script feed{{.session = 1}};
    const FeedSummary sum = feed.run(1, 2'000).session(2).run(first, 4'000).finish();
    EXPECT_EQ(sum.epochs, 2U);
    EXPECT_EQ(sum.arbitrated.lost, 0U) << first;
  }
}

TEST(FeedTracker, ANewSessionFirstSeenBeyondWhatTheTimeSinceCouldCarryWasJoinedLate) {
  Script feed{{.session = 1}};
  const FeedSummary sum = feed.run(10'001, 12'000).session(2).run(3'000, 4'000).finish();
  EXPECT_EQ(sum.arbitrated.lost, 0U);
}

TEST(FeedTracker, ANewSessionFirstSeenAfterATimeThatCouldCarryWhatIsMissingLostIt) {
  Script feed{{.session = 1}};
  const FeedSummary sum = feed.run(10'001, 12'000).session(2).after_us(20'000).run(2'001, 4'000).finish();
  EXPECT_EQ(sum.arbitrated.lost, 2'000U);
}

TEST(FeedTracker, APacketOfTheOldSessionAfterTheChangeIsCountedThere) {
  Script feed{{.session = 1}};
  feed.run(1, 50).data(52);
  const FeedSummary sum = feed.session(2).run(1, 10).session(1).data(51).session(2).run(11, 100).finish();
  EXPECT_EQ(sum.epochs, 2U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].late, 1U);
  EXPECT_EQ(sum.lines[0].expected, 152U);
}

TEST(FeedTracker, AResetMarkIsANewEpochEvenWhereNumbersGoOnNearby) {
  Script feed;
  const FeedSummary sum = feed.run(1, 20).reset(1).run(1, 20).finish();
  EXPECT_EQ(sum.epochs, 2U);
  EXPECT_EQ(sum.lines[0].resets, 1U);
  EXPECT_EQ(sum.lines[0].expected, 40U);
  EXPECT_EQ(sum.lines[0].duplicates, 0U);
}

TEST(FeedTracker, AResetMarkIsNoHeartbeat) {
  const Framing framing = test::numbered();
  FeedTracker feed(framing, {}, {0, Script::time(0)}, {});
  Descriptor d;  // the mark and, in the same packet, where numbers go on: CTA, OPRA
  d.time = Script::time(0);
  d.kind = RunKind::reset;
  d.first = 1;
  d.flags = Descriptor::kFirstOfPacket;
  feed.on(0, d);
  d.kind = RunKind::heartbeat;
  d.flags = 0;
  feed.on(0, d);
  feed.finish(Script::time(10));
  const std::uint32_t order[] = {0};
  EXPECT_EQ(feed.summary(order).lines[0].heartbeats, 0U);
}

TEST(FeedTracker, ManySessionsKeepExactSums) {
  Script feed{{.session = 1}};
  for (std::uint32_t session = 1; session <= 40; ++session) {
    feed.session(session).run(1, 100).run(103, 300);
  }
  const FeedSummary sum = feed.finish();
  EXPECT_EQ(sum.epochs, 40U);
  EXPECT_EQ(sum.arbitrated.lost, 80U);
  EXPECT_EQ(sum.arbitrated.expected, 12'000U);
}

TEST(FeedTracker, MoreHolesThanTheListHoldsAreCountedAndTheSumsStillMeet) {
  Script feed;
  for (std::uint64_t n = 1; n <= 10'001; n += 2) feed.data(n);
  const FeedSummary sum = feed.finish(5'000);
  EXPECT_EQ(sum.lines[0].lost, 5'000U);
  EXPECT_EQ(sum.arbitrated.lost, 5'000U);
  EXPECT_EQ(feed.tracker().evicted(), 5'000U - HoleList::kMaxHoles);
}

TEST(FeedTracker, AUnitThatComesAfterTheHorizonOf60SecondsWasLost) {
  Script feed;
  feed.run(1, 100).run(102, 300);
  feed.after_us(61'000'000).run(301, 310).data(312).run(313, 400);  // the second hole ends the waiting for the first
  const FeedSummary sum = feed.damaged(101).run(401, 500).finish();
  EXPECT_EQ(sum.lines[0].lost, 2U);
  EXPECT_EQ(sum.lines[0].duplicates, 0U);
  EXPECT_EQ(sum.lines[0].out_of_range_packets, 1U);
}

TEST(FeedTracker, WhatIsNotKeptBecauseAListIsFullIsCounted) {
  Script restarts{{.session = 1}};
  for (std::uint32_t session = 1; session <= 601; ++session) restarts.session(session).run(1, 10);
  restarts.finish();
  EXPECT_EQ(restarts.tracker().restarts().size(), 512U);
  EXPECT_EQ(restarts.tracker().suppressed(), 600U - 512U);

  Script silences;
  silences.run(1, 101);
  for (std::uint64_t n = 51; n <= 750; ++n) silences.after_us(3'500'000).data(2 * n).data(2 * n + 1);
  silences.finish();
  EXPECT_EQ(silences.tracker().silences().size(), 512U);
  EXPECT_GT(silences.tracker().suppressed(), 100U);

  Script holes;
  for (std::uint64_t n = 1; n <= 10'001; n += 2) holes.data(n);
  holes.finish(5'000);
  EXPECT_EQ(holes.tracker().suppressed(), 5'000U - EpisodeBook::kMaxSpans);
}

TEST(FeedTracker, ListsAreCappedAndTheirTotalsAreExact) {
  Script feed;
  for (std::uint64_t n = 1; n <= 1'001; n += 2) feed.data(n);
  const FeedSummary sum = feed.finish(5'000);
  EXPECT_EQ(sum.lines[0].gaps.total, 500U);
  EXPECT_EQ(sum.lines[0].gaps.listed.size(), FeedOptions{}.max_list);
}

}  // namespace
}  // namespace wirecause
