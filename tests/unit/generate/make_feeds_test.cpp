// Small feeds whose truth is worked out by hand, and what must hold for every seed.
// SPDX-License-Identifier: Apache-2.0
#include "generate/make_feeds.hpp"

#include <gtest/gtest.h>

#include "generate/number_space.hpp"
#include "generate/plan_text.hpp"

namespace wirecause::generate {
namespace {

// 300 packets of one message on two lines, 10 us apart; B is 5 us behind A.
FeedPlan small_feed(std::string_view framing = "moldudp64") {
  FeedPlan feed;
  feed.framing = find_framing_writer(framing);
  feed.packets = 300;
  return feed;
}

FeedPlan with(FeedPlan feed, Fault::Kind kind, std::string_view text) {
  feed.faults.push_back(*parse_fault(kind, text));
  return feed;
}

FeedTruth truth_of(const FeedPlan& feed, const CapturePlan& capture = {}) {
  const auto made = make_feed(feed, capture);
  EXPECT_TRUE(made) << (made ? "" : made.error().message());
  return made ? made->truth.feeds.at(0) : FeedTruth{};
}

TEST(MakeFeeds, AHealthyFeedLosesNothing) {
  const FeedTruth truth = truth_of(small_feed());
  for (const LineTruth& line : truth.lines) {
    EXPECT_EQ(line.packets, 300U);
    EXPECT_EQ(line.expected, 300U);
    EXPECT_EQ(line.seen_once, 300U);
    EXPECT_EQ(line.first_sequence, 1U);
    EXPECT_EQ(line.last_sequence, 300U);
    EXPECT_TRUE(line.gaps.empty());
  }
  EXPECT_EQ(truth.arbitrated.delivered, 300U);
  EXPECT_EQ(truth.arbitrated.recovered, 0U);
  EXPECT_EQ(truth.largest_lag.ns, 5'000);
}

TEST(MakeFeeds, WhatOneLineLosesTheOtherRecovers) {
  const FeedTruth truth = truth_of(with(small_feed(), Fault::Kind::lose, "A:seq=100-104"));
  EXPECT_EQ(truth.lines[0].lost, 5U);
  EXPECT_EQ(truth.lines[1].lost, 0U);
  EXPECT_EQ(truth.arbitrated.lost, 0U);
  EXPECT_EQ(truth.arbitrated.recovered, 5U);
  ASSERT_EQ(truth.lines[0].gaps.size(), 1U);
  EXPECT_EQ(truth.lines[0].gaps[0].first_sequence, 100U);
  EXPECT_EQ(truth.lines[0].gaps[0].count, 5U);
  EXPECT_EQ(truth.lines[0].gaps[0].fate, UnitFate::recovered);
}

TEST(MakeFeeds, WhatBothLinesLoseIsLost) {
  FeedPlan feed = small_feed();
  feed.faults.push_back(*parse_common_loss("packets=150-152"));
  const FeedTruth truth = truth_of(with(feed, Fault::Kind::lose, "B:packets=153"));
  EXPECT_EQ(truth.arbitrated.expected, 300U);
  EXPECT_EQ(truth.arbitrated.lost, 3U);
  EXPECT_EQ(truth.arbitrated.recovered, 1U);
  EXPECT_EQ(truth.lines[1].lost, 4U);
}

TEST(MakeFeeds, SwappedNeighboursAreLateAndNotLost) {
  const FeedTruth truth = truth_of(with(small_feed(), Fault::Kind::reorder, "A:packets=100+200"));
  EXPECT_EQ(truth.lines[0].lost, 0U);
  EXPECT_EQ(truth.lines[0].late, 2U);
  EXPECT_EQ(truth.lines[0].late_beyond_window, 0U);
  EXPECT_EQ(truth.lines[0].reordered_packets, 2U);
  EXPECT_EQ(truth.arbitrated.recovered, 0U);
}

TEST(MakeFeeds, ALatePacketComesAfterTheWindow) {
  // 100 packets of 10 us behind: past both 64 packets and 1 ms.
  const FeedTruth truth = truth_of(with(small_feed(), Fault::Kind::late, "A:packets=100,delay=1001us"));
  EXPECT_EQ(truth.lines[0].late, 1U);
  EXPECT_EQ(truth.lines[0].late_beyond_window, 1U);
  EXPECT_EQ(truth.lines[0].lost, 0U);
}

TEST(MakeFeeds, DuplicatesAreCountedBeside) {
  const FeedTruth truth = truth_of(with(small_feed(), Fault::Kind::duplicate, "B:packets=100-109,copies=2"));
  EXPECT_EQ(truth.lines[1].duplicates, 20U);
  EXPECT_EQ(truth.lines[1].packets, 320U);
  EXPECT_EQ(truth.lines[1].seen_once, 300U);
}

TEST(MakeFeeds, ATailThatOnlyTheSisterShowedIsUnknown) {
  bool is_revealed = false;
  FeedPlan feed = small_feed();
  feed.faults.push_back(*parse_tail_loss("A:3", is_revealed));
  const FeedTruth truth = truth_of(feed);
  EXPECT_EQ(truth.lines[0].tail_unknown, 3U);
  EXPECT_EQ(truth.lines[0].lost, 0U);
  EXPECT_EQ(truth.lines[0].expected, 300U);
  EXPECT_EQ(truth.arbitrated.delivered, 300U);
  EXPECT_EQ(truth.arbitrated.recovered, 0U);
}

TEST(MakeFeeds, AHeartbeatTurnsAnUnknownTailIntoALoss) {
  bool is_revealed = false;
  FeedPlan feed = small_feed();
  feed.faults.push_back(*parse_tail_loss("A:3,revealed", is_revealed));
  feed.closing_heartbeats = 1;
  const FeedTruth truth = truth_of(feed);
  EXPECT_EQ(truth.lines[0].heartbeats, 1U);
  EXPECT_EQ(truth.lines[0].lost, 3U);
  EXPECT_EQ(truth.lines[0].tail_unknown, 0U);
  EXPECT_EQ(truth.arbitrated.recovered, 3U);
}

TEST(MakeFeeds, AHoleInsideTheReorderWindowAtTheEndIsUnknown) {
  // Packet 290 is missing on both lines; ten packets and 100 us follow.
  FeedPlan feed = small_feed();
  feed.faults.push_back(*parse_common_loss("packets=290"));
  const FeedTruth truth = truth_of(feed);
  EXPECT_EQ(truth.lines[0].tail_unknown, 1U);
  EXPECT_EQ(truth.arbitrated.tail_unknown, 1U);
  EXPECT_EQ(truth.arbitrated.lost, 0U);
  EXPECT_EQ(truth.arbitrated.expected, 299U);
}

TEST(MakeFeeds, AConsumingHeartbeatIsAUnitWithoutAMessage) {
  FeedPlan feed = small_feed("cme_mdp3");
  feed.heartbeat_interval = milliseconds(1);
  feed.pauses.push_back({100, microseconds(3500), Pause::Kind::idle});
  const FeedTruth truth = truth_of(feed);
  EXPECT_EQ(truth.lines[0].heartbeats, 3U);
  EXPECT_EQ(truth.lines[0].expected, 303U);
  EXPECT_EQ(truth.lines[0].messages, 300U);
}

TEST(MakeFeeds, ARestartBeginsAnEpochAndItsFirstPacketsAreOwed) {
  FeedPlan feed = with(small_feed(), Fault::Kind::lose, "A:packets=201-203");
  feed.restarts = {200};
  const FeedTruth truth = truth_of(feed);
  EXPECT_EQ(truth.epochs, 2U);
  EXPECT_EQ(truth.lines[0].resets, 1U);
  EXPECT_EQ(truth.lines[0].last_sequence, 100U);
  EXPECT_EQ(truth.lines[0].lost, 3U);
  EXPECT_EQ(truth.arbitrated.recovered, 3U);
  EXPECT_EQ(truth.arbitrated.expected, 300U);
}

TEST(MakeFeeds, AnOutageIsLostAndNotRecovered) {
  FeedPlan feed = with(small_feed(), Fault::Kind::outage, "A:packets=101-200");
  feed.interval = milliseconds(20);  // 100 packets take 2 s
  const FeedTruth truth = truth_of(feed);
  EXPECT_EQ(truth.lines[0].lost, 100U);
  EXPECT_EQ(truth.lines[0].outage_units, 100U);
  EXPECT_EQ(truth.arbitrated.recovered, 0U);
  EXPECT_EQ(truth.arbitrated.delivered, 300U);
}

TEST(MakeFeeds, AnOutageTakesHeartbeatsAndALossDoesNot) {
  FeedPlan feed = small_feed();
  feed.heartbeat_interval = milliseconds(1);
  feed.pauses.push_back({100, microseconds(3500), Pause::Kind::idle});
  EXPECT_EQ(truth_of(with(feed, Fault::Kind::lose, "A:packets=90-110")).lines[0].heartbeats, 3U);
  EXPECT_EQ(truth_of(with(feed, Fault::Kind::outage, "A:packets=90-110")).lines[0].heartbeats, 0U);
}

TEST(MakeFeeds, WhatAllLinesLostComesAgainOnAnotherChannel) {
  FeedPlan feed = small_feed();
  feed.faults.push_back(*parse_common_loss("packets=100-103"));
  feed.retransmission.emplace();
  feed.retransmission->delay = microseconds(300);
  const FeedTruth truth = truth_of(feed);
  EXPECT_EQ(truth.retransmission->units, 4U);
  EXPECT_EQ(truth.arbitrated.lost, 0U);
  EXPECT_EQ(truth.arbitrated.recovered, 4U);
  EXPECT_EQ(truth.lines[0].lost, 4U);
}

TEST(MakeFeeds, CaptureDropsHitAllLinesAndAreStated) {
  CapturePlan capture;
  capture.drops = 10;
  const auto made = make_feed(small_feed(), capture);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->truth.capture.packets, 590U);
  EXPECT_EQ(made->truth.capture.stated_drops, 10U);
  const FeedTruth& feed = made->truth.feeds[0];
  EXPECT_EQ(feed.lines[0].lost + feed.lines[1].lost, 10U);
  EXPECT_EQ(feed.arbitrated.lost, 5U);
}

TEST(MakeFeeds, TheCapturesOwnCopiesAreNoDuplicates) {
  CapturePlan capture;
  capture.duplicate = microseconds(2);
  const auto made = make_feed(small_feed(), capture);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->truth.capture.packets, 1200U);
  EXPECT_EQ(made->truth.capture.duplicated, 600U);
  EXPECT_EQ(made->truth.feeds[0].lines[0].duplicates, 0U);
  EXPECT_EQ(made->truth.feeds[0].lines[0].capture_copies, 300U);
}

TEST(MakeFeeds, TheSamePlanGivesTheSameBytesAndAnotherSeedOthers) {
  FeedPlan feed = with(small_feed(), Fault::Kind::lose, "A:random=0.1");
  CapturePlan capture;
  const auto first = make_feed(feed, capture);
  const auto second = make_feed(feed, capture);
  capture.seed = 2;
  const auto third = make_feed(feed, capture);
  ASSERT_TRUE(first && second && third);
  EXPECT_EQ(first->bytes, second->bytes);
  EXPECT_NE(first->bytes, third->bytes);
}

TEST(MakeFeeds, RefusesWhatCannotBe) {
  FeedPlan feed = small_feed("rtp");
  feed.closing_heartbeats = 1;
  EXPECT_EQ(make_feed(feed, {}).error().code(), Errc::usage);
  feed = small_feed();
  feed.messages_max = 1000;
  EXPECT_EQ(make_feed(feed, {}).error().code(), Errc::usage);
  EXPECT_EQ(make_feed(with(small_feed(), Fault::Kind::lose, "C:every=2"), {}).error().code(), Errc::usage);
  feed = small_feed();
  feed.retransmission = Retransmission{.in_band = true, .delay = {}};
  EXPECT_EQ(make_feed(feed, {}).error().code(), Errc::usage);
}

TEST(MakeFeeds, EveryUnitIsAccountedForOnceWhateverTheSeed) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto writers = all_framing_writers();
    FeedPlan feed;
    feed.framing = writers[seed % writers.size()];
    feed.lines = 1 + static_cast<std::uint32_t>(seed % 4);
    feed.packets = 400;
    feed.messages_max = std::min(5U, feed.framing->max_units);
    feed.skew_jitter = microseconds(3);
    feed.fault_margin = seed % 2 == 0 ? 80 : 0;
    for (const char* loss : {"*:random=0.03", "*:burst=0.005x9"}) feed = with(feed, Fault::Kind::lose, loss);
    feed = with(feed, Fault::Kind::reorder, "*:random=0.03,by=2");
    feed = with(feed, Fault::Kind::late, "A:random=0.02,delay=2ms");
    feed = with(feed, Fault::Kind::duplicate, "*:random=0.03");
    if (seed % 3 == 0) feed.restarts = {200};
    CapturePlan capture;
    capture.seed = seed;
    const FeedTruth truth = truth_of(feed, capture);
    for (const LineTruth& line : truth.lines) {
      EXPECT_EQ(line.expected, line.seen_once + line.lost + line.tail_unknown) << seed;
      std::uint64_t missing = 0;
      for (const TruthGap& gap : line.gaps) missing += gap.fate == UnitFate::late ? 0 : gap.count;
      EXPECT_EQ(missing, line.lost + line.tail_unknown) << seed;
      EXPECT_LE(line.expected, truth.units) << seed;
    }
    EXPECT_EQ(truth.arbitrated.expected, truth.arbitrated.delivered + truth.arbitrated.lost) << seed;
    EXPECT_LE(truth.arbitrated.recovered, truth.arbitrated.delivered) << seed;
  }
}

TEST(NumberSpace, WrapsWhereTheFramingDoes) {
  const FramingWriter& pitch = *find_framing_writer("cboe_pitch");
  EXPECT_EQ(wire_number(pitch, 0xfffffffe, 1), 0xffffffffU);
  EXPECT_EQ(wire_number(pitch, 0xfffffffe, 2), 1U);  // 0 means unsequenced
  const FramingWriter& rtp = *find_framing_writer("rtp");
  EXPECT_EQ(wire_number(rtp, 65'535, 1), 0U);
  EXPECT_EQ(wire_number(rtp, 65'535, 65'537), 0U);
  EXPECT_EQ(wire_number(*find_framing_writer("moldudp64"), ~std::uint64_t{0} - 1, 1), ~std::uint64_t{0});
}

TEST(MakeFeeds, AWrapIsNoRestart) {
  FeedPlan feed = small_feed("cboe_pitch");
  feed.start_sequence = 0xffffffff - 99;
  const FeedTruth truth = truth_of(feed);
  EXPECT_EQ(truth.epochs, 1U);
  EXPECT_EQ(truth.lines[0].expected, 300U);
  EXPECT_EQ(truth.lines[0].last_sequence, 200U);
}

}  // namespace
}  // namespace wirecause::generate
