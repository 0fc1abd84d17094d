// One connection: what the wire shows of its life, told by segments.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/tcp_talk.hpp"

namespace wirecause::tcp {
namespace {

using test::TcpTalk;

TEST(TcpConnection, WithAHandshakeHasItsTimeAndBothHalvesOfTheRoundTrip) {
  TcpTalk talk;
  talk.handshake();
  const ConnectionSummary c = talk.only();
  EXPECT_EQ(c.handshake, microseconds(100));
  EXPECT_EQ(c.base_round_trip, microseconds(100));
  EXPECT_EQ(c.directions[0].round_trip_least, microseconds(50));
  EXPECT_EQ(c.client.port, 40'000);
  EXPECT_TRUE(c.is_client_known);
  EXPECT_EQ(c.directions[0].state, State::established);
  EXPECT_EQ(c.directions[1].state, State::established);
}

TEST(TcpConnection, CountsBytesAndKnowsWhatWasSeenBefore) {
  TcpTalk talk;
  talk.handshake();
  talk.after(10).client({.seq = 1, .ack = 1, .len = 100});
  EXPECT_TRUE(talk.after(10).client({.seq = 1, .ack = 1, .len = 100}).has(Mark::seen_again));
  talk.after(10).client({.seq = 51, .ack = 1, .len = 100});  // half of it new
  const ConnectionSummary c = talk.only();
  EXPECT_EQ(c.directions[0].counts.bytes, 300U);
  EXPECT_EQ(c.directions[0].counts.seen_again, 2U);
  EXPECT_EQ(c.directions[0].counts.seen_again_bytes, 150U);
}

TEST(TcpConnection, OpensAHoleAndFillsIt) {
  TcpTalk talk;
  talk.handshake();
  EXPECT_TRUE(talk.after(10).server({.seq = 101, .ack = 1, .len = 100}).has(Mark::opens_hole));
  EXPECT_TRUE(talk.after(10).server({.seq = 1, .ack = 1, .len = 100}).has(Mark::fills_hole));
  EXPECT_EQ(talk.only().directions[1].counts.filled_bytes, 100U);
}

TEST(TcpConnection, WrapsItsSequenceNumbers) {
  TcpTalk talk(0xffffff00U, 0xfffffffeU);
  talk.handshake();
  talk.after(10).client({.seq = 1, .ack = 1, .len = 1'000});
  talk.after(50).server({.seq = 1, .ack = 1'001, .len = 10});
  talk.after(50).client({.seq = 1'001, .ack = 11});
  const ConnectionSummary c = talk.only();
  EXPECT_EQ(c.directions[0].counts.seen_again + c.directions[0].counts.holes, 0U);
  EXPECT_EQ(c.directions[0].counts.uncaptured + c.directions[1].counts.uncaptured, 0U);
}

TEST(TcpConnection, ThatIsHalfClosedStillCarriesDataTheOtherWay) {
  TcpTalk talk;
  talk.handshake();
  talk.after(10).client({.seq = 1, .ack = 1, .flags = kFin | kAck});
  talk.after(50).server({.seq = 1, .ack = 2, .len = 500});
  EXPECT_EQ(talk.only().directions[0].state, State::fin_wait_2);
  EXPECT_EQ(talk.only().directions[1].state, State::close_wait);
  talk.after(50).client({.seq = 2, .ack = 501});
  talk.after(50).server({.seq = 501, .ack = 2, .flags = kFin | kAck});
  talk.after(50).client({.seq = 2, .ack = 502});
  EXPECT_EQ(talk.only().directions[0].state, State::time_wait);
  EXPECT_EQ(talk.only().directions[1].state, State::closed);
}

TEST(TcpConnection, ThatBothEndsCloseAtOnceEndsInTimeWait) {
  TcpTalk talk;
  talk.handshake();
  talk.after(10).client({.seq = 1, .ack = 1, .flags = kFin | kAck});
  talk.after(1).server({.seq = 1, .ack = 1, .flags = kFin | kAck});
  talk.after(50).client({.seq = 2, .ack = 2});
  talk.after(50).server({.seq = 2, .ack = 2});
  EXPECT_EQ(talk.only().directions[0].state, State::time_wait);
  EXPECT_EQ(talk.only().directions[1].state, State::time_wait);
}

TEST(TcpConnection, ThatBothEndsOpenAtOnceIsEstablished) {
  TcpTalk talk;
  talk.client({.flags = kSyn});
  talk.after(5).server({.flags = kSyn});
  talk.after(50).client({.seq = 0, .ack = 1, .flags = kSyn | kAck});
  talk.after(5).server({.seq = 0, .ack = 1, .flags = kSyn | kAck});
  talk.after(50).client({.seq = 1, .ack = 1, .len = 10});
  talk.after(50).server({.seq = 1, .ack = 11});
  EXPECT_EQ(talk.only().directions[0].state, State::established);
  EXPECT_EQ(talk.only().directions[1].state, State::established);
}

TEST(TcpConnection, ThatIsRefusedIsClosedByTheReset) {
  TcpTalk talk;
  talk.client({.flags = kSyn});
  talk.after(50).server({.seq = 0, .ack = 1, .flags = kRst | kAck, .window = 0});
  const ConnectionSummary c = talk.only();
  EXPECT_EQ(c.directions[0].state, State::closed);
  EXPECT_EQ(c.resets(), 1U);
  EXPECT_FALSE(c.is_reset_by_client);
}

TEST(TcpConnection, OnPortsUsedAgainIsAnotherOne) {
  TcpTalk talk;
  talk.handshake();
  talk.after(10).client({.seq = 1, .ack = 1, .flags = kRst});
  talk.after(10).client({.seq = 70'000, .flags = kSyn});
  const TcpSummary all = talk.tracker.summary();
  ASSERT_EQ(all.connections.size(), 2U);
  EXPECT_EQ(all.connections[1].directions[0].state, State::syn_sent);
}

TEST(TcpConnection, WhoseSynIsSentAgainIsTheSame) {
  TcpTalk talk;
  talk.client({.flags = kSyn});
  talk.after(1'000'000).client({.flags = kSyn});
  EXPECT_EQ(talk.tracker.summary().connections.size(), 1U);
  EXPECT_EQ(talk.only().directions[0].counts.seen_again, 1U);
}

TEST(TcpConnection, CapturedFromTheMiddleTakesTheLowerPortForTheServers) {
  TcpTalk talk;
  talk.server({.seq = 900'000, .ack = 70, .len = 1'000});
  talk.after(50).client({.seq = 70, .ack = 901'000});
  const ConnectionSummary c = talk.only();
  EXPECT_FALSE(c.is_client_known);
  EXPECT_EQ(c.server.port, 443);
  EXPECT_EQ(c.directions[1].counts.uncaptured, 0U);
}

TEST(TcpConnection, WithOneDirectionOnlyCountsWhatWasAcknowledgedAndNotSeen) {
  TcpTalk talk;
  talk.client({.seq = 1, .ack = 1'000});
  talk.after(50).client({.seq = 1, .ack = 4'000});
  EXPECT_EQ(talk.only().directions[1].counts.uncaptured, 3'000U);
  EXPECT_EQ(talk.only().directions[1].counts.acks_of_unseen, 1U);
}

TEST(TcpConnection, WhoseAckWasCapturedBeforeItsDataLacksNothing) {
  TcpTalk talk;
  talk.handshake();
  talk.after(10).client({.seq = 1, .ack = 501});
  EXPECT_TRUE(talk.after(1).server({.seq = 1, .ack = 1, .len = 500}).has(Mark::captured_late));
  EXPECT_EQ(talk.only().directions[1].counts.uncaptured, 0U);
  EXPECT_EQ(talk.only().directions[1].counts.seen_again, 0U);
}

TEST(TcpConnection, CountsAPacketThatWasCapturedTwiceAsACopyOnly) {
  TcpTalk talk;
  talk.handshake();
  talk.after(10).client({.seq = 1, .ack = 1, .len = 100, .ip_id = 77});
  EXPECT_TRUE(talk.after(3).client({.seq = 1, .ack = 1, .len = 100, .ip_id = 77}).has(Mark::copy));
  EXPECT_TRUE(talk.after(3).client({.seq = 1, .ack = 1, .len = 100, .ip_id = 78}).has(Mark::seen_again));
  EXPECT_EQ(talk.only().directions[0].counts.bytes, 200U);
}

TEST(TcpConnection, WithoutIpIdsTakesRepetitionsSoonerThanAnySenderCouldForCopies) {
  TcpTalk talk;
  talk.handshake();  // round trip 100 us
  talk.after(10).client({.seq = 1, .ack = 1, .len = 100, .ip_id = 0});
  EXPECT_TRUE(talk.after(20).client({.seq = 1, .ack = 1, .len = 100, .ip_id = 0}).has(Mark::copy));
  EXPECT_TRUE(talk.after(100).client({.seq = 1, .ack = 1, .len = 100, .ip_id = 0}).has(Mark::seen_again));
}

TEST(TcpConnection, CountsDuplicateAcksAsTheRfcDoes) {
  TcpTalk talk;
  talk.handshake();
  talk.after(10).server({.seq = 1, .ack = 1, .len = 100});
  talk.after(10).server({.seq = 101, .ack = 1, .len = 100});
  talk.after(10).client({.seq = 1, .ack = 101});
  EXPECT_TRUE(talk.after(10).client({.seq = 1, .ack = 101}).has(Mark::duplicate_ack));
  EXPECT_FALSE(talk.after(10).client({.seq = 1, .ack = 101, .window = 60'000}).has(Mark::duplicate_ack));
  EXPECT_FALSE(talk.after(10).client({.seq = 1, .ack = 101, .len = 5, .window = 60'000}).has(Mark::duplicate_ack));
  EXPECT_EQ(talk.only().directions[0].counts.duplicate_acks, 1U);
}

TEST(TcpConnection, MeasuresHowLongAWindowWasClosed) {
  TcpTalk talk;
  talk.handshake();
  talk.after(10).server({.seq = 1, .ack = 1, .len = 100});
  talk.after(10).client({.seq = 1, .ack = 101, .window = 0});
  EXPECT_TRUE(talk.after(200'000).server({.seq = 100, .ack = 1}).has(Mark::window_probe));
  EXPECT_TRUE(talk.after(10).client({.seq = 1, .ack = 101, .window = 0}).has(Mark::zero_window));
  talk.after(290).client({.seq = 1, .ack = 101, .window = 9'000});
  const ConnectionSummary c = talk.only();
  EXPECT_EQ(c.directions[0].zero_window, microseconds(200'300));
  EXPECT_EQ(c.directions[0].counts.zero_windows, 2U);
  EXPECT_EQ(c.directions[1].counts.window_probes, 1U);
  EXPECT_EQ(c.directions[0].counts.window_updates, 1U);  // the first came with a new acknowledgement
}

TEST(TcpConnection, TakesAProbeOfAnIdleConnectionForAKeepAlive) {
  TcpTalk talk;
  talk.handshake();
  talk.after(10).client({.seq = 1, .ack = 1, .len = 10});
  talk.after(50).server({.seq = 1, .ack = 11});
  EXPECT_TRUE(talk.after(7'000'000).client({.seq = 10, .ack = 1, .len = 1}).has(Mark::keep_alive));
  talk.after(50).server({.seq = 1, .ack = 11});
  EXPECT_EQ(talk.only().directions[0].counts.seen_again, 0U);
  EXPECT_EQ(talk.only().directions[1].counts.duplicate_acks, 0U);
}

TEST(TcpConnection, ScalesWindowsOnlyWhereBothEndsOfferedIt) {
  TcpTalk both;
  both.handshake({.scale = 7}, {.scale = 4});
  both.after(1).client({.seq = 1, .ack = 1, .window = 100});
  EXPECT_EQ(both.only().directions[0].largest_window, 65'000U << 7U);
  TcpTalk one;
  one.handshake({.scale = 7}, {});
  EXPECT_EQ(one.only().directions[0].largest_window, 65'000U);
}

TEST(TcpConnection, DoesNotBelieveAByteFarBeyondTheWindowUntilOthersAgree) {
  TcpTalk talk;
  talk.handshake();
  EXPECT_TRUE(talk.after(10).client({.seq = 900'000'000, .ack = 1, .len = 10}).has(Mark::out_of_window));
  EXPECT_EQ(talk.only().directions[0].counts.holes, 0U);
  talk.after(10).client({.seq = 900'000'010, .ack = 1, .len = 10});
  EXPECT_TRUE(talk.after(10).client({.seq = 900'000'020, .ack = 1, .len = 10}).has(Mark::opens_hole));
}

TEST(TcpConnection, KnowsWhereItWasCapturedByTheHalvesOfTheRoundTrip) {
  EXPECT_EQ(capture_point(microseconds(990), microseconds(10)), CapturePoint::near_sender);
  EXPECT_EQ(capture_point(microseconds(10), microseconds(990)), CapturePoint::near_receiver);
  EXPECT_EQ(capture_point(microseconds(500), microseconds(500)), CapturePoint::middle);
  EXPECT_EQ(capture_point(microseconds(500), {}), CapturePoint::unknown);
}

}  // namespace
}  // namespace wirecause::tcp
