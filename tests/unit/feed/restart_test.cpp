// Stories of restarts that no session and no mark announces, and of old packets that only look like one (DESIGN D4).
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "feed/feed_tracker.hpp"
#include "support/feed_script.hpp"

namespace wirecause {
namespace {

using test::Script;

TEST(Restart, ABlockOfOldPacketsSentAgainIsDuplicatesAndNoRestart) {
  Script feed;
  const FeedSummary sum = feed.run(1, 4'000).run(1'001, 1'040).run(4'001, 6'000).finish();
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_TRUE(feed.tracker().restarts().empty());
  EXPECT_EQ(sum.lines[0].expected, 6'000U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].duplicates, 40U);
  EXPECT_EQ(sum.lines[0].resets, 0U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
}

TEST(Restart, ABlockSentAgainFromShortlyBeforeIsNoRestart) {
  Script feed;
  const FeedSummary sum = feed.run(1, 2'000).run(1'850, 1'860).run(2'001, 3'000).finish();
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].duplicates, 11U);
}

TEST(Restart, ARangeSentAgainUpToTheEndAndBeyondIsNoRestart) {
  Script feed;
  const FeedSummary sum = feed.run(1, 4'000).run(3'001, 6'000).finish();
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_EQ(sum.lines[0].expected, 6'000U);
  EXPECT_EQ(sum.lines[0].duplicates, 1'000U);
}

TEST(Restart, ARangeSentAgainFillsTheHoleThatItCovers) {
  Script feed;
  const FeedSummary sum = feed.run(1, 1'009).run(1'012, 4'000).run(1'001, 1'040).run(4'001, 6'000).finish();
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].late, 2U);
  EXPECT_EQ(sum.lines[0].duplicates, 38U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
}

TEST(Restart, ALossRightAfterABlockSentAgainIsLostAsLargeAsItIs) {
  Script feed;
  const FeedSummary sum = feed.run(1, 4'000).run(1'001, 1'040).run(4'004, 6'000).finish();
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_EQ(sum.lines[0].lost, 3U);
  EXPECT_EQ(sum.lines[0].duplicates, 40U);
}

TEST(Restart, ALineThatRepeatsABlockWhileItsSisterIsWholeRestartsNothing) {
  Script feed{{.lines = 2}};
  feed.both(1, 4'000);
  feed.line(0).run(1'001, 1'040);
  const FeedSummary sum = feed.both(4'001, 6'000).finish();
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].duplicates, 40U);
  EXPECT_EQ(sum.lines[1].lost, 0U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
  EXPECT_EQ(sum.arbitrated.recovered, 0U);
}

TEST(Restart, ALineThatRepeatsOldPacketsToTheEndIsJudgedByItsSister) {
  Script feed{{.lines = 2}};
  feed.both(1, 4'000);
  for (std::uint64_t n = 0; n < 1'000; ++n) {
    feed.line(0).data(1 + n);
    feed.line(1).data(4'001 + n);
  }
  const FeedSummary sum = feed.finish(5'000);
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_EQ(sum.lines[0].lost + sum.lines[0].tail_unknown, 1'000U);
  EXPECT_EQ(sum.lines[0].duplicates, 1'000U);
  EXPECT_EQ(sum.lines[1].lost, 0U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
}

TEST(Restart, BothLinesMayRepeatABlock) {
  Script feed{{.lines = 2}};
  const FeedSummary sum = feed.both(1, 4'000).both(2'001, 2'040).both(4'001, 6'000).finish();
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_EQ(sum.lines[0].duplicates, 40U);
  EXPECT_EQ(sum.lines[1].duplicates, 40U);
  EXPECT_EQ(sum.arbitrated.expected, 6'000U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
}

TEST(Restart, ATrueRestartThatLosesAroundTheOldEndStaysOne) {
  Script feed;
  feed.run(5'001, 5'300).numbers_begin_again().run(1, 5'298);
  const FeedSummary sum = feed.run(5'301, 6'000).finish();  // 5 299 and 5 300 of the new numbers are lost
  EXPECT_EQ(sum.epochs, 2U);
  EXPECT_EQ(sum.lines[0].lost, 2U);
  EXPECT_EQ(sum.lines[0].expected, 6'300U);
}

TEST(Restart, ALatePacketOfTheOldNumbersAfterASilentRestartIsCountedThere) {
  Script feed;
  const std::uint64_t last = 60'000;
  feed.run(last - 500, last - 1).numbers_begin_again().run(1, 20);
  const std::uint64_t now = feed.last_frame();
  feed.damaged(last).run(21, 400);  // the old life's last unit: not of this life
  EXPECT_GT(feed.last_frame(), now);
  feed.tracker().finish(Script::time(1'000'000));
  const std::uint32_t order[] = {0};
  const FeedSummary sum = feed.tracker().summary(order);
  EXPECT_EQ(sum.epochs, 2U);
  EXPECT_EQ(sum.lines[0].expected, 901U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
}

TEST(Restart, WhatPrecedesTheFirstNumberOfASilentRestartIsNotLost) {
  Script feed;
  const FeedSummary sum = feed.run(5'001, 5'300).numbers_begin_again().run(40, 300).finish();
  EXPECT_EQ(sum.epochs, 2U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
}

TEST(Restart, ABlockSentAgainAtTheEndOfTheInputIsNoRestartOnceOnePacketIsBack) {
  Script feed;
  const FeedSummary sum = feed.run(1, 4'000).run(1'001, 1'040).data(4'001).finish(5'000);
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_EQ(sum.lines[0].expected, 4'001U);
  EXPECT_EQ(sum.lines[0].duplicates, 40U);
}

TEST(Restart, ASilentRestartThatRunsOverOldHolesBelongsWhollyToTheNewNumbers) {
  for (const std::uint64_t hole : {1U, 2U, 3U, 4U}) {
    Script feed;
    if (hole > 1) feed.run(1, hole - 1);
    feed.data(hole + 1).run(hole + 2, 500).numbers_begin_again().run(1, 300);
    const FeedSummary sum = feed.finish(5'000);
    EXPECT_EQ(sum.epochs, 2U) << hole;
    EXPECT_EQ(sum.lines[0].late, 0U) << hole;
    EXPECT_EQ(sum.lines[0].lost, hole > 1 ? 1U : 0U) << hole;
  }
}

TEST(Restart, AHoleFilledLateByManyPacketsIsNoRestart) {
  Script feed;
  const FeedSummary sum = feed.run(1, 1'000).run(1'021, 2'000).run(1'001, 1'020).run(2'001, 2'100).finish();
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_EQ(sum.lines[0].late, 20U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
}

// --- within one session

TEST(Restart, NumbersThatBeginAgainWithinASessionAreARestart) {
  Script feed{{.lines = 2, .session = 1}};
  const FeedSummary sum = feed.both(1, 2'000).numbers_begin_again().both(1, 1'200).finish();
  EXPECT_EQ(sum.epochs, 2U);
  EXPECT_EQ(sum.lines[0].expected, 3'200U);
  EXPECT_EQ(sum.lines[0].duplicates, 0U);
  EXPECT_EQ(sum.lines[1].expected, 3'200U);
  EXPECT_EQ(sum.arbitrated.expected, 3'200U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
  EXPECT_EQ(feed.tracker().restarts().size(), 1U);
}

TEST(Restart, AReplayFromTheBeginningOfASessionWhoseNumbersComeBackIsNone) {
  Script feed{{.session = 1}};
  const FeedSummary sum = feed.run(1, 2'000).run(1, 500).run(2'001, 3'000).finish();
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].duplicates, 500U);
}

TEST(Restart, OldPacketsFromTheMiddleOfASessionAreDuplicates) {
  Script feed{{.session = 1}};
  const FeedSummary sum = feed.run(1, 2'000).run(1'001, 1'500).run(2'001, 3'000).finish();
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_EQ(sum.lines[0].duplicates, 500U);
}

TEST(Restart, AReplayOfASessionThatIsOverRestartsNothing) {
  Script feed{{.session = 1}};
  feed.run(1, 2'000).session(2).run(1, 500).session(1).run(1, 10).session(2).run(501, 600);
  const FeedSummary sum = feed.finish();
  EXPECT_EQ(sum.epochs, 2U);
  EXPECT_EQ(sum.lines[0].duplicates, 10U);
  EXPECT_EQ(sum.lines[0].expected, 2'600U);
}

TEST(Restart, ASecondCopyOfTheVeryBeginningIsNoRestart) {
  Script feed;
  feed.run(1, 16);
  for (std::uint64_t i = 1; i <= 500; ++i) feed.data(i).data(i + 16);
  const FeedSummary sum = feed.finish();
  EXPECT_EQ(sum.epochs, 1U);
  EXPECT_TRUE(feed.tracker().restarts().empty());
  EXPECT_EQ(sum.lines[0].duplicates, 500U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
}

TEST(Restart, ALineThatBeginsOutOfOrderHasNotRestarted) {
  for (const SessionId session : {0U, 1U}) {
    Script feed{{.session = session}};
    const FeedSummary sum = feed.data(3, 2).data(1, 2).data(5, 2).data(7, 2).finish();
    EXPECT_EQ(sum.epochs, 1U);
    EXPECT_EQ(sum.lines[0].expected, 8U) << session;
    EXPECT_EQ(sum.lines[0].late, 2U) << session;
    EXPECT_EQ(sum.lines[0].out_of_range_packets, 0U) << session;
  }
}

// --- lines that are paired after one of them seemed to restart

Descriptor unit(std::uint64_t number, std::int64_t at_us, LineId line) {
  Descriptor d;
  d.time = Script::time(at_us);
  d.first = number;
  d.frame = number;
  d.count = d.messages = 1;
  d.line = line;
  d.flags = Descriptor::kFirstOfPacket;
  return d;
}

TEST(Restart, ALineThatRepeatedABlockBeforeItWasPairedRestartedNothing) {
  for (const bool repeats_first : {true, false}) {
    const Framing framing = test::numbered();
    FeedTracker repeating(framing, {}, {0, Script::time(0)}, {});
    FeedTracker whole(framing, {}, {1, Script::time(0)}, {});
    for (std::uint64_t n = 1; n <= 2'000; ++n) {
      repeating.on(0, unit(n, static_cast<std::int64_t>(n) * 10, 0));
      whole.on(0, unit(n, static_cast<std::int64_t>(n) * 10, 1));
    }
    for (std::uint64_t n = 1'001; n <= 1'020; ++n) repeating.on(0, unit(n, 20'001, 0));
    FeedTracker& feed = repeats_first ? repeating : whole;
    feed.absorb(std::move(repeats_first ? whole : repeating));
    const std::uint32_t line = repeats_first ? 0U : 1U;
    for (std::uint64_t n = 2'001; n <= 4'000; ++n) {
      feed.on(line, unit(n, static_cast<std::int64_t>(n) * 10 + 100, line));
      feed.on(1 - line, unit(n, static_cast<std::int64_t>(n) * 10 + 101, 1 - line));
    }
    feed.finish(Script::time(50'000));
    const std::uint32_t order[] = {0, 1};
    const FeedSummary sum = feed.summary(order);
    EXPECT_EQ(sum.epochs, 1U);
    EXPECT_EQ(sum.lines[line].duplicates, 20U);
    EXPECT_EQ(sum.lines[0].expected, 4'000U);
    EXPECT_EQ(sum.lines[1].expected, 4'000U);
    EXPECT_EQ(sum.arbitrated.expected, 4'000U);
    EXPECT_EQ(sum.arbitrated.lost, 0U);
  }
}

}  // namespace
}  // namespace wirecause
