// Stories of several lines of one feed: what one loses and another brings, what nobody brings, outages, late joiners,
// retransmissions, and lines that pairing joins after they were followed apart (DESIGN D2 to D4).
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "feed/feed_tracker.hpp"
#include "support/feed_script.hpp"

namespace wirecause {
namespace {

using test::Script;

// Units [first, last] on line A only, at the pace of both().
void only_a(Script& feed, std::uint64_t first, std::uint64_t last) { feed.line(0).run(first, last); }
void only_b(Script& feed, std::uint64_t first, std::uint64_t last) { feed.line(1).run(first, last); }

TEST(Arbitration, WhatEachLineLosesTheOtherRecoversAndNothingIsLost) {
  Script feed{{.lines = 2}};
  feed.both(1, 99);
  only_b(feed, 100, 102);
  feed.both(103, 299);
  only_a(feed, 300, 301);
  const FeedSummary sum = feed.both(302, 500).finish();
  EXPECT_EQ(sum.lines[0].lost, 3U);
  EXPECT_EQ(sum.lines[1].lost, 2U);
  EXPECT_EQ(sum.arbitrated.recovered, 5U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
  EXPECT_EQ(sum.arbitrated.expected, 500U);
  ASSERT_EQ(sum.lines[0].gaps.listed.size(), 1U);
  EXPECT_EQ(sum.lines[0].gaps.listed[0].closed_by, ClosedBy::recovered);
}

TEST(Arbitration, WhatBothLinesLoseIsLostOnce) {
  Script feed{{.lines = 2}};
  const FeedSummary sum = feed.both(1, 100).both(104, 300).finish();
  EXPECT_EQ(sum.lines[0].lost, 3U);
  EXPECT_EQ(sum.lines[1].lost, 3U);
  EXPECT_EQ(sum.arbitrated.lost, 3U);
  EXPECT_EQ(sum.arbitrated.recovered, 0U);
  EXPECT_EQ(sum.arbitrated.gaps.total, 1U);
}

TEST(Arbitration, HolesThatOverlapInPartAreSplitIntoLostAndRecovered) {
  Script feed{{.lines = 2}};
  feed.both(1, 99);
  only_b(feed, 100, 102);  // A misses 100-104, B misses 103-106
  only_a(feed, 105, 106);
  const FeedSummary sum = feed.both(107, 300).finish();
  EXPECT_EQ(sum.lines[0].lost, 5U);
  EXPECT_EQ(sum.lines[1].lost, 4U);
  EXPECT_EQ(sum.arbitrated.lost, 2U);  // 103 and 104
  EXPECT_EQ(sum.arbitrated.recovered, 5U);
}

TEST(Arbitration, LinesMayCutTheSameUnitsIntoOtherPackets) {
  Script feed{{.lines = 2}};
  for (std::uint64_t n = 1; n < 301; n += 6) {
    feed.line(0).data(n, 6);
    feed.line(1).data(n, 1).data(n + 1, 5);
  }
  const FeedSummary sum = feed.finish(5'000);
  EXPECT_EQ(sum.arbitrated.expected, 300U);
  EXPECT_EQ(sum.arbitrated.recovered, 0U);
  EXPECT_EQ(sum.lines[1].lost, 0U);
}

TEST(Arbitration, SwappedNeighboursOfOneLineAreLateThereAndNothingIsRecovered) {
  Script feed{{.lines = 2}};
  feed.both(1, 99);
  feed.line(0).data(101).line(1).data(100).data(101).line(0).data(100);
  const FeedSummary sum = feed.both(102, 300).finish();
  EXPECT_EQ(sum.lines[0].late, 1U);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.arbitrated.recovered, 0U);
}

TEST(Arbitration, AnOutageIsOneRecordAndIsLostToItsLineButNotRecovered) {
  Script feed{{.lines = 2}};
  feed.both(1, 100);
  for (std::uint64_t n = 101; n <= 250; ++n) feed.line(1).after_us(10'000).data(n);  // A is silent for 1.5 s
  const FeedSummary sum = feed.both(251, 400).finish();
  EXPECT_EQ(sum.lines[0].lost, 150U);
  ASSERT_EQ(sum.lines[0].gaps.total, 1U);
  EXPECT_EQ(sum.lines[0].gaps.listed[0].closed_by, ClosedBy::outage);
  EXPECT_EQ(sum.lines[0].gaps.listed[0].count, 150U);
  EXPECT_EQ(sum.arbitrated.recovered, 0U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
}

TEST(Arbitration, ALineThatDiesIsOneRecordToTheEnd) {
  Script feed{{.lines = 2}};
  feed.both(1, 100);
  for (std::uint64_t n = 101; n <= 300; ++n) feed.line(0).after_us(10'000).data(n);  // B is dead for 2 s
  const FeedSummary sum = feed.finish();
  EXPECT_EQ(sum.lines[1].lost, 200U);
  EXPECT_EQ(sum.lines[1].tail_unknown, 0U);
  ASSERT_EQ(sum.lines[1].gaps.total, 1U);
  EXPECT_EQ(sum.lines[1].gaps.listed[0].closed_by, ClosedBy::outage);
  EXPECT_EQ(sum.arbitrated.recovered, 0U);
  EXPECT_EQ(sum.arbitrated.delivered, 300U);
}

TEST(Arbitration, WhatOnlyTheSisterHasShownAtTheEndIsUnknown) {
  Script feed{{.lines = 2}};
  feed.both(1, 500);
  only_a(feed, 501, 503);
  const FeedSummary sum = feed.finish();
  EXPECT_EQ(sum.lines[1].tail_unknown, 3U);
  EXPECT_EQ(sum.lines[1].lost, 0U);
  EXPECT_EQ(sum.arbitrated.delivered, 503U);
}

TEST(Arbitration, WhatTheSisterShowedLongBeforeTheEndIsLost) {
  Script feed{{.lines = 2}};
  feed.both(1, 500);
  only_a(feed, 501, 503);
  const FeedSummary sum = feed.finish(20'000);
  EXPECT_EQ(sum.lines[1].lost, 3U);
  EXPECT_EQ(sum.lines[1].tail_unknown, 0U);
  EXPECT_EQ(sum.arbitrated.recovered, 3U);
}

TEST(Arbitration, AYoungHoleOfBothLinesAtTheEndIsUnknownAndOutsideTheSum) {
  Script feed{{.lines = 2}};
  const FeedSummary sum = feed.both(1, 200).both(203, 210).finish();
  EXPECT_EQ(sum.lines[0].tail_unknown, 2U);
  EXPECT_EQ(sum.lines[1].tail_unknown, 2U);
  EXPECT_EQ(sum.arbitrated.tail_unknown, 2U);
  EXPECT_EQ(sum.arbitrated.expected, 208U);
}

TEST(Arbitration, AHeartbeatOfOneLineShowsWhatBothLostAtTheTail) {
  Script feed{{.lines = 2}};
  feed.both(1, 100);
  const FeedSummary sum = feed.line(0).heartbeat(104).line(1).heartbeat(104).finish(5'000);
  EXPECT_EQ(sum.lines[0].lost, 3U);
  EXPECT_EQ(sum.lines[1].lost, 3U);
  EXPECT_EQ(sum.arbitrated.lost, 3U);
}

TEST(Arbitration, ALineWhosePointBeganLaterOwesNothingOfTheTimeBefore) {
  Script feed{{.lines = 2, .sister_point_starts_us = 5'000}};
  only_a(feed, 1, 500);  // until 4 990 us
  const FeedSummary sum = feed.at_us(5'000).both(501, 900).finish();
  EXPECT_EQ(sum.lines[1].expected, 400U);
  EXPECT_EQ(sum.lines[1].lost, 0U);
  EXPECT_EQ(sum.arbitrated.expected, 900U);
}

TEST(Arbitration, ALineOfTheSamePointThatIsSilentFromTheStartHasAnOutage) {
  Script feed{{.lines = 2}};
  for (std::uint64_t n = 1; n <= 200; ++n) feed.line(0).after_us(10'000).data(n);  // 2 s alone
  const FeedSummary sum = feed.both(201, 400).finish();
  EXPECT_EQ(sum.lines[1].lost, 200U);
  ASSERT_EQ(sum.lines[1].gaps.total, 1U);
  EXPECT_EQ(sum.lines[1].gaps.listed[0].closed_by, ClosedBy::outage);
  EXPECT_EQ(sum.arbitrated.recovered, 0U);
}

TEST(Arbitration, ARetransmissionFillsTheFeedsHoleAndNotTheLines) {
  Script feed{{.lines = 2}};
  feed.both(1, 100).both(104, 200);
  feed.line(0).retransmission(101, 3);
  const FeedSummary sum = feed.both(201, 400).finish();
  EXPECT_EQ(sum.lines[0].lost, 3U);
  EXPECT_EQ(sum.lines[1].lost, 3U);
  EXPECT_EQ(sum.lines[0].retransmissions, 3U);
  EXPECT_EQ(sum.lines[0].duplicates, 0U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
  EXPECT_EQ(sum.arbitrated.recovered, 3U);  // each unit once, although two lines missed it
}

TEST(Arbitration, ARecoveredGapClosesWhenItsUnitsWereBroughtNotWhenWaitingEnded) {
  Script feed{{.lines = 2}};
  feed.both(1, 100).both(104, 200);
  feed.line(0).at_us(50'000).retransmission(101, 3);
  const FeedSummary sum = feed.both(201, 400).finish();
  ASSERT_EQ(sum.lines[0].gaps.listed.size(), 1U);
  EXPECT_EQ(sum.lines[0].gaps.listed[0].closed_by, ClosedBy::recovered);
  EXPECT_EQ(sum.lines[0].gaps.listed[0].closed, Script::time(50'000));
}

TEST(Arbitration, AGapThatTheSisterHadBroughtBeforeClosesAsItOpens) {
  Script feed{{.lines = 2}};
  feed.both(1, 100);
  only_b(feed, 101, 103);
  const FeedSummary sum = feed.both(104, 400).finish();
  ASSERT_EQ(sum.lines[0].gaps.listed.size(), 1U);
  EXPECT_EQ(sum.lines[0].gaps.listed[0].closed, sum.lines[0].gaps.listed[0].opened);
}

TEST(Arbitration, ARetransmissionOfWhatNobodyMissesChangesNoSum) {
  Script feed{{.lines = 2}};
  const FeedSummary sum = feed.both(1, 100).line(1).retransmission(50, 5).both(101, 200).finish();
  EXPECT_EQ(sum.arbitrated.expected, 200U);
  EXPECT_EQ(sum.arbitrated.recovered, 0U);
  EXPECT_EQ(sum.lines[1].retransmissions, 5U);
}

TEST(Arbitration, EvictedHolesThatTheSisterFilledAreStillRecovered) {
  Script feed{{.lines = 2}};
  for (std::uint64_t n = 1; n <= 10'001; n += 2) {
    feed.line(1).data(n).data(n + 1);
    feed.line(0).data(n);
  }
  const FeedSummary sum = feed.finish(5'000);
  EXPECT_EQ(sum.lines[0].lost, 5'001U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
  EXPECT_EQ(sum.arbitrated.recovered, 5'001U);
  EXPECT_EQ(feed.tracker().evicted(), 5'000U - HoleList::kMaxHoles);
}

TEST(Arbitration, ThreeLinesLoseOnlyWhatAllThreeMiss) {
  Script feed{{.lines = 3}};
  for (std::uint64_t n = 1; n <= 300; ++n) {
    if (n != 100 && n != 150) feed.line(0).data(n);
    if (n != 100 && n != 200) feed.line(1).data(n);
    if (n != 100 && n != 150) feed.line(2).data(n);
  }
  const FeedSummary sum = feed.finish(5'000);
  EXPECT_EQ(sum.arbitrated.lost, 1U);       // 100
  EXPECT_EQ(sum.arbitrated.recovered, 2U);  // 150 once, although two lines missed it; and 200
}

TEST(Arbitration, ANewSessionIsOneEpochForBothLinesWhicheverShowsItFirst) {
  Script feed{{.lines = 2, .session = 1}};
  const FeedSummary sum = feed.both(500, 600).session(2).both(1, 100).finish();
  EXPECT_EQ(sum.epochs, 2U);
  EXPECT_EQ(sum.lines[0].resets, 1U);
  EXPECT_EQ(sum.lines[1].resets, 1U);
  EXPECT_EQ(sum.arbitrated.expected, 201U);
  EXPECT_EQ(feed.tracker().restarts().size(), 1U);
}

TEST(Arbitration, ALineThatDiesBeforeANewSessionMissesAllOfIt) {
  Script feed{{.lines = 2, .session = 1}};
  feed.both(1, 500).session(2).line(0);
  for (std::uint64_t n = 1; n <= 500; ++n) feed.after_us(10'000).data(n);  // 5 s on A alone
  const FeedSummary sum = feed.finish();
  EXPECT_EQ(sum.lines[1].lost, 500U);
  EXPECT_EQ(sum.lines[1].expected, 1'000U);
  ASSERT_EQ(sum.lines[1].gaps.total, 1U);
  EXPECT_EQ(sum.lines[1].gaps.listed[0].closed_by, ClosedBy::outage);
  EXPECT_EQ(sum.arbitrated.recovered, 0U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
  EXPECT_EQ(sum.arbitrated.expected, 1'000U);
}

TEST(Arbitration, ALineThatMayStillFollowIntoANewSessionOwesNothingOfIt) {
  Script feed{{.lines = 2, .session = 1}};
  feed.both(1, 500).session(2).line(0).run(1, 50);  // 0.5 ms
  EXPECT_EQ(feed.finish().lines[1].lost, 0U);
}

TEST(Arbitration, ALineThatSkippedASessionMissedAllOfIt) {
  Script feed{{.lines = 2, .session = 1}};
  feed.both(1, 500).session(2).line(0).run(1, 50);
  const FeedSummary sum = feed.session(3).both(1, 500).finish();
  EXPECT_EQ(sum.lines[1].lost, 50U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
}

TEST(Arbitration, ALineThatWasNeverUpOwesNothing) {
  Script feed{{.lines = 2, .session = 1}};
  feed.line(0).run(1, 100).session(2);
  for (std::uint64_t n = 1; n <= 300; ++n) feed.after_us(10'000).data(n);
  EXPECT_EQ(feed.finish().lines[1].expected, 0U);
}

TEST(Arbitration, ASilentRestartIsOneEpochForBothLines) {
  Script feed{{.lines = 2}};
  const FeedSummary sum = feed.both(5'000, 5'300).numbers_begin_again().both(1, 200).finish();
  EXPECT_EQ(sum.epochs, 2U);
  EXPECT_EQ(sum.arbitrated.expected, 501U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
  EXPECT_EQ(sum.lines[1].lost, 0U);
}

TEST(Arbitration, TheLineThatIsFirstLeadsByTheDifferenceOfArrivals) {
  Script feed{{.lines = 2}};
  const FeedSummary sum = feed.both(1, 200).finish();
  ASSERT_EQ(sum.leads.size(), 1U);
  EXPECT_EQ(sum.leads[0].leader, "A");
  EXPECT_EQ(sum.leads[0].follower, "B");
  EXPECT_EQ(sum.leads[0].led, 200U);
  EXPECT_EQ(sum.leads[0].lead.min_ns, 1'000);
  EXPECT_EQ(sum.leads[0].lead.max_ns, 1'000);
}

TEST(Arbitration, WhoLeadsIsToldByTheUnitsThatBothBrought) {
  Script feed{{.lines = 2}};
  feed.both(1, 200);
  feed.line(1).run(201, 2'000);  // an outage of A: B is first for all of them, against nobody
  const FeedSummary sum = feed.finish();
  ASSERT_EQ(sum.leads.size(), 1U);
  EXPECT_EQ(sum.leads[0].leader, "A");
  EXPECT_EQ(sum.leads[0].led, 200U);
  EXPECT_EQ(sum.leads[0].compared, 200U);
}

TEST(Arbitration, NobodyLeadsWhereNothingWasBroughtTwice) {
  Script feed{{.lines = 2}};
  feed.line(0).run(1, 200);
  feed.line(1).run(201, 400);
  EXPECT_TRUE(feed.finish().leads.empty());
}

// --- packets that the capture has cut inside a run

TEST(Arbitration, WhatTheCaptureCutOffAPacketIsUnknownAndNoLoss) {
  Script feed;
  feed.run(1, 100).cut(101).run(104, 400);
  const FeedSummary sum = feed.finish(5'000);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].gaps.total, 0U);
  EXPECT_EQ(sum.lines[0].tail_unknown, 2U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
  EXPECT_EQ(sum.arbitrated.tail_unknown, 2U);
  EXPECT_TRUE(feed.tracker().book().take().empty());
}

TEST(Arbitration, ALossLargerThanWhatACutPacketCanHaveHeldIsLost) {
  Script feed;
  feed.run(1, 100).cut(101).run(202, 400);  // 100 bytes were cut: at most 6 units
  const FeedSummary sum = feed.finish(5'000);
  EXPECT_EQ(sum.lines[0].tail_unknown, 6U);
  EXPECT_EQ(sum.lines[0].lost, 94U);
  EXPECT_EQ(sum.arbitrated.lost, 94U);
}

TEST(Arbitration, ACutPacketThatHidNothingChangesNothing) {
  Script feed;
  const FeedSummary sum = feed.run(1, 100).cut(101).run(102, 300).data(303).run(304, 500).finish();
  EXPECT_EQ(sum.lines[0].tail_unknown, 0U);
  EXPECT_EQ(sum.lines[0].lost, 2U);
}

TEST(Arbitration, WhatWasCutOnOneLineAndSeenOnTheOtherIsDelivered) {
  Script feed{{.lines = 2}};
  feed.both(1, 100);
  feed.line(0).cut(101).data(104);
  feed.line(1).run(101, 104);
  const FeedSummary sum = feed.both(105, 400).finish();
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].tail_unknown, 2U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
  EXPECT_EQ(sum.arbitrated.tail_unknown, 0U);
  EXPECT_EQ(sum.arbitrated.delivered, 400U);
}

// --- joined by pairing after they were followed apart

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

TEST(Arbitration, LinesThatPairingJoinsLaterHaveTheSumsOfLinesJoinedFromTheStart) {
  const Framing framing = test::numbered();
  FeedTracker a(framing, {}, {0, Script::time(0)}, {});
  FeedTracker b(framing, {}, {1, Script::time(0)}, {});
  for (std::uint64_t n = 1; n <= 400; ++n) {
    const auto at = static_cast<std::int64_t>(n) * 10;
    if (n == 41) a.absorb(std::move(b));
    if (n != 10 && n != 11 && n != 300) a.on(0, unit(n, at, 0));
    if (n != 11 && n != 12) (n < 41 ? b.on(0, unit(n, at + 2, 1)) : a.on(1, unit(n, at + 2, 1)));
  }
  a.finish(Script::time(9'000));
  const std::uint32_t order[] = {0, 1};
  const FeedSummary sum = a.summary(order);
  EXPECT_EQ(sum.lines[0].lost, 3U);
  EXPECT_EQ(sum.lines[1].lost, 2U);
  EXPECT_EQ(sum.arbitrated.lost, 1U);       // 11
  EXPECT_EQ(sum.arbitrated.recovered, 3U);  // 10, 12, 300
  EXPECT_EQ(sum.arbitrated.expected, 400U);
  EXPECT_EQ(sum.arbitrated.delivered, 399U);
}

TEST(Arbitration, WhatBothSawBeforeTheyWereJoinedIsKeptOnce) {
  const Framing framing = test::numbered();
  FeedTracker a(framing, {}, {0, Script::time(0)}, {});
  FeedTracker b(framing, {}, {1, Script::time(0)}, {});
  const auto both = [&](std::uint64_t first, std::uint64_t last, std::int64_t at_us, SessionId session) {
    for (std::uint64_t n = first; n <= last; ++n, at_us += 10) {
      Descriptor d = unit(n, at_us, 0);
      d.session = session;
      a.on(0, d);
      d.line = 1;
      d.time = d.time + microseconds(1);
      b.on(0, d);
    }
  };
  both(1, 100, 0, 1);
  both(103, 200, 10'000'000, 1);  // both silent for 10 s, both lose two
  both(1, 50, 11'000'000, 2);     // both begin again
  a.on(0, [] {
    Descriptor d = unit(51, 80'000'000, 0);
    d.session = 2;
    return d;
  }());  // 69 s later: A alone was silent
  for (std::uint64_t n = 51; n <= 7'000; ++n) {
    Descriptor d = unit(n, 11'000'510 + static_cast<std::int64_t>(n) * 10'000, 1);
    d.session = 2;
    b.on(0, d);
  }
  a.absorb(std::move(b));
  a.finish(Script::time(82'000'000));
  ASSERT_EQ(a.restarts().size(), 1U);
  EXPECT_EQ(a.restarts()[0].lines, 2U);
  ASSERT_EQ(a.silences().size(), 1U);
  EXPECT_EQ(a.silences()[0].to, Script::time(10'000'000));
}

TEST(Arbitration, ALineThatStartsInTheMiddleOfItsSistersUnitsIsComparedFromThereOn) {
  const Framing framing = test::numbered();
  FeedTracker a(framing, {}, {0, Script::time(0)}, {});
  FeedTracker b(framing, {}, {1, Script::time(2'010)}, {});  // another point, which began to see at unit 201
  for (std::uint64_t n = 1; n <= 250; ++n) a.on(0, unit(n, static_cast<std::int64_t>(n) * 10, 0));
  for (std::uint64_t n = 201; n <= 250; ++n) b.on(0, unit(n, static_cast<std::int64_t>(n) * 10, 1));
  a.absorb(std::move(b));
  a.finish(Script::time(9'000));
  const std::uint32_t order[] = {0, 1};
  const FeedSummary sum = a.summary(order);
  EXPECT_EQ(sum.lines[0].expected, 250U);
  EXPECT_EQ(sum.lines[1].expected, 50U);
  EXPECT_EQ(sum.arbitrated.expected, 250U);
  EXPECT_EQ(sum.arbitrated.lost, 0U);
}

}  // namespace
}  // namespace wirecause
