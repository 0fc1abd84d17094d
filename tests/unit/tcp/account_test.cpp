// Where the time went: each wait of a few packets belongs to one class, and the classes add up to the whole.
// SPDX-License-Identifier: Apache-2.0
#include "tcp/account.hpp"

#include <gtest/gtest.h>

#include "support/tcp_talk.hpp"

namespace wirecause::tcp {
namespace {

using test::TcpTalk;

constexpr std::size_t kClient = 0;
constexpr std::size_t kServer = 1;

DurationNs spent(TcpTalk& talk, std::size_t direction, Wait wait) {
  return talk.only().directions[direction].time[static_cast<std::size_t>(wait)];
}

void expect_sums_meet(TcpTalk& talk) {
  const ConnectionSummary c = talk.only();
  for (const DirectionSummary& of : c.directions) {
    DurationNs sum{0};
    for (const DurationNs part : of.time) sum = sum + part;
    EXPECT_EQ(sum, c.last - c.first);
  }
}

TEST(TcpAccount, GivesTheOpeningToTheHandshake) {
  TcpTalk talk;
  talk.handshake();
  EXPECT_EQ(spent(talk, kClient, Wait::handshake), microseconds(100));
  EXPECT_EQ(spent(talk, kServer, Wait::handshake), microseconds(100));
  expect_sums_meet(talk);
}

TEST(TcpAccount, GivesAPauseThatOnlyNewDataEndsToTheApplication) {
  TcpTalk talk;
  talk.handshake();
  talk.after(10).client({.seq = 1, .ack = 1, .len = 100});
  talk.after(100).server({.seq = 1, .ack = 101});
  talk.after(900'000).client({.seq = 101, .ack = 1, .len = 100});
  // The acknowledgement is 50 us on its way to the client and back (as SYN-ACK and ACK were): until then it waits for that.
  EXPECT_EQ(spent(talk, kClient, Wait::sender_idle), microseconds(10 + 900'000 - 50));
  EXPECT_EQ(talk.only().stalled(), DurationNs{0});
  expect_sums_meet(talk);
}

TEST(TcpAccount, GivesSilenceUntilTheTimerToRecovery) {
  TcpTalk talk;
  talk.handshake();
  talk.after(10).client({.seq = 1, .ack = 1, .len = 100});
  talk.after(10).client({.seq = 101, .ack = 1, .len = 100});
  talk.after(200'500).client({.seq = 1, .ack = 1, .len = 100});
  EXPECT_EQ(spent(talk, kClient, Wait::recovery_timeout), microseconds(200'500));
  const ConnectionSummary c = talk.only();
  ASSERT_EQ(c.stalls.size(), 1U);
  EXPECT_EQ(c.stalls[0].frame_before, 5U);
  EXPECT_EQ(c.stalls[0].frame_after, 6U);
  expect_sums_meet(talk);
}

TEST(TcpAccount, GivesAClosedWindowToTheReceiver) {
  TcpTalk talk;
  talk.handshake();
  talk.after(10).server({.seq = 1, .ack = 1, .len = 1'000});
  talk.after(100).client({.seq = 1, .ack = 1'001, .window = 0});
  talk.after(300'000).client({.seq = 1, .ack = 1'001, .window = 60'000});
  talk.after(100).server({.seq = 1'001, .ack = 1, .len = 1'000});
  // Closed for 300 ms; the update is 50 us on its way to the server and back (as SYN and SYN-ACK were).
  EXPECT_EQ(spent(talk, kServer, Wait::receiver_window), microseconds(300'050));
  expect_sums_meet(talk);
}

TEST(TcpAccount, GivesAWindowThatIsFullAndNeverLargerToTheBuffer) {
  TcpTalk talk;
  talk.client({.flags = kSyn, .window = 2'000});
  talk.after(50).server({.ack = 1, .flags = kSyn | kAck});
  talk.after(50).client({.seq = 1, .ack = 1, .window = 2'000});
  for (std::uint32_t i = 0; i < 10; ++i) {  // two segments a round trip of 10 ms, however long it goes on
    talk.after(i == 0 ? 10 : 50).server({.seq = 1 + i * 2'000, .ack = 1, .len = 1'000});
    talk.after(1).server({.seq = 1'001 + i * 2'000, .ack = 1, .len = 1'000});
    talk.after(10'000).client({.seq = 1, .ack = 2'001 + i * 2'000, .window = 2'000});
  }
  EXPECT_GE(spent(talk, kServer, Wait::receiver_buffer), microseconds(9 * 10'000));
  EXPECT_EQ(spent(talk, kServer, Wait::receiver_window), DurationNs{0});
  expect_sums_meet(talk);
}

// Beside the receiver everything is acknowledged when the sender's next flight comes by: it had waited for its window all the same.
TEST(TcpAccount, GivesTheWindowTheSameBesideTheReceiver) {
  TcpTalk talk;
  talk.server({.flags = kSyn, .window = 2'000});  // the one that receives asks for the connection: its side is here
  talk.after(10'000).client({.ack = 1, .flags = kSyn | kAck});
  talk.after(5).server({.seq = 1, .ack = 1, .window = 2'000});
  for (std::uint32_t i = 0; i < 10; ++i) {
    talk.after(10'000).client({.seq = 1 + i * 2'000, .ack = 1, .len = 1'000});
    talk.after(1).client({.seq = 1'001 + i * 2'000, .ack = 1, .len = 1'000});
    talk.after(5).server({.seq = 1, .ack = 2'001 + i * 2'000, .window = 2'000});
  }
  constexpr std::size_t kSender = 1;  // of the second SYN
  EXPECT_GE(spent(talk, kSender, Wait::receiver_buffer), microseconds(9 * 10'000));
  EXPECT_EQ(spent(talk, kSender, Wait::pacing), DurationNs{0});
  expect_sums_meet(talk);
}

// ... and for its congestion window.
TEST(TcpAccount, GivesTheCongestionWindowTheSameBesideTheReceiver) {
  TcpTalk talk;
  talk.server({.flags = kSyn});
  talk.after(10'000).client({.ack = 1, .flags = kSyn | kAck});
  talk.after(5).server({.seq = 1, .ack = 1});
  std::uint32_t next = 1;
  for (std::uint32_t segments = 2; segments < 12; ++segments) {
    talk.after(10'000);
    for (std::uint32_t i = 0; i < segments; ++i, next += 1'000) {
      talk.after(1).client({.seq = next, .ack = 1, .len = 1'000});
      talk.after(1).server({.seq = 1, .ack = next + 1'000});
    }
  }
  constexpr std::size_t kSender = 1;
  EXPECT_GE(spent(talk, kSender, Wait::congestion_window), microseconds(9 * 10'000));
  EXPECT_EQ(spent(talk, kSender, Wait::sender_idle) + spent(talk, kSender, Wait::pacing), DurationNs{0});
  expect_sums_meet(talk);
}

// A sender whose adapter cuts segments is captured with frames larger than any window has to leave room for.
TEST(TcpAccount, MeasuresRoomBySegmentsNotByWhatAnAdapterCuts) {
  TcpTalk talk;
  talk.handshake({.mss = 1'000}, {.mss = 1'000});
  std::uint32_t next = 1;
  for (int i = 0; i < 10; ++i) {
    talk.after(i == 0 ? 10 : 50).server({.seq = next, .ack = 1, .len = 20'000});
    next += 20'000;
    talk.after(10'000).client({.seq = 1, .ack = next, .window = 30'000});
  }
  EXPECT_EQ(talk.only().stalled(), DurationNs{0});
  expect_sums_meet(talk);
}

// Nobody knows by how much its windows are scaled: only that a closed one is closed.
TEST(TcpAccount, BelievesNoWindowOfAConnectionThatWasSeenFromTheMiddle) {
  TcpTalk talk;
  talk.client({.seq = 1, .ack = 1, .window = 500});
  for (std::uint32_t i = 0; i < 10; ++i) {
    talk.after(50).server({.seq = 1 + i * 1'000, .ack = 1, .len = 1'000, .window = 500});
    talk.after(10'000).client({.seq = 1, .ack = 1'001 + i * 1'000, .window = 500});
  }
  EXPECT_EQ(talk.only().stalled(), DurationNs{0});
  expect_sums_meet(talk);
}

TEST(TcpAccount, GivesASmallWriteHeldForADelayedAckToTheWritePattern) {
  TcpTalk talk;
  talk.handshake();
  talk.after(10).client({.seq = 1, .ack = 1, .len = 1'000});
  talk.after(100).server({.seq = 1, .ack = 1'001});
  talk.after(10'000).client({.seq = 1'001, .ack = 1, .len = 200});  // write, write: the second waits
  talk.after(40'000).server({.seq = 1, .ack = 1'201});
  talk.after(20).client({.seq = 1'201, .ack = 1, .len = 200});
  EXPECT_EQ(spent(talk, kClient, Wait::write_pattern), microseconds(40'020));
  expect_sums_meet(talk);
}

TEST(TcpAccount, GivesAFlightThatNeverGrowsToTheSendBuffer) {
  TcpTalk talk;
  talk.handshake();
  for (std::uint32_t i = 0; i < 30; ++i) {  // two segments a round trip of 10 ms, and the receiver has room for 60
    talk.after(i == 0 ? 10 : 50).server({.seq = 1 + i * 2'000, .ack = 1, .len = 1'000});
    talk.after(1).server({.seq = 1'001 + i * 2'000, .ack = 1, .len = 1'000});
    talk.after(10'000).client({.seq = 1, .ack = 2'001 + i * 2'000});
  }
  EXPECT_GE(spent(talk, kServer, Wait::pacing), microseconds(28 * 10'000));
  EXPECT_EQ(spent(talk, kServer, Wait::congestion_window), DurationNs{0});
  expect_sums_meet(talk);
}

TEST(TcpAccount, GivesAWindowThatGrowsAndIsFullToTheBuffer) {
  TcpTalk talk;
  talk.client({.flags = kSyn, .window = 2'000});
  talk.after(50).server({.ack = 1, .flags = kSyn | kAck});
  talk.after(50).client({.seq = 1, .ack = 1, .window = 2'000});
  std::uint32_t next = 1;
  for (std::uint16_t window = 2'000; window <= 6'000; window = static_cast<std::uint16_t>(window + 1'000)) {
    for (std::uint32_t sent = 0; sent < window; sent += 1'000, next += 1'000)
      talk.after(20).server({.seq = next, .ack = 1, .len = 1'000});
    talk.after(10'000).client({.seq = 1, .ack = next, .window = static_cast<std::uint16_t>(window + 1'000)});
  }
  EXPECT_GE(spent(talk, kServer, Wait::receiver_buffer), microseconds(3 * 10'000));
  EXPECT_EQ(spent(talk, kServer, Wait::receiver_window), DurationNs{0});
  expect_sums_meet(talk);
}

TEST(TcpAccount, GivesTheTimeUntilTheNextQuestionToTheApplication) {
  TcpTalk talk;
  talk.handshake();
  talk.after(10).server({.seq = 1, .ack = 1, .len = 1'000});
  talk.after(100).client({.seq = 1, .ack = 1'001});
  talk.after(10).server({.seq = 1'001, .ack = 1, .len = 200});
  talk.after(30'000).client({.seq = 1, .ack = 1'001, .len = 50});  // asks
  talk.after(10).client({.seq = 51, .ack = 1'201});
  talk.after(20).server({.seq = 1'201, .ack = 51, .len = 200});
  EXPECT_EQ(spent(talk, kServer, Wait::write_pattern), DurationNs{0});
  expect_sums_meet(talk);
}

TEST(TcpAccount, GivesWhatFollowsAFinToClosing) {
  TcpTalk talk;
  talk.handshake();
  talk.after(500).client({.seq = 1, .ack = 1, .flags = kFin | kAck});
  talk.after(700'000).server({.seq = 1, .ack = 2, .flags = kFin | kAck});
  EXPECT_EQ(spent(talk, kClient, Wait::closing), microseconds(700'000));
  expect_sums_meet(talk);
}

TEST(TcpExchanges, MeasureFromTheLastByteAskedToTheFirstAnswered) {
  TcpTalk talk;
  talk.handshake();
  talk.after(10).client({.seq = 1, .ack = 1, .len = 100});
  talk.after(2'000).server({.seq = 1, .ack = 101, .len = 1'000});
  talk.after(300).server({.seq = 1'001, .ack = 101, .len = 1'000});
  const Exchanges::Sums sums = talk.only().exchanges;
  EXPECT_EQ(sums.count, 1U);
  EXPECT_EQ(sums.first_byte, microseconds(2'000));
  EXPECT_EQ(sums.transfer, microseconds(300));
  EXPECT_EQ(sums.longest_frame, 5U);
}

// Zero-window probes that carry the next byte (RFC 9293 3.8.6.1): the receiver refuses it, and takes it with the rest later.
TEST(TcpAccount, AProbeWithAByteIsNoLoss) {
  TcpTalk talk;
  talk.handshake({.mss = 1'460}, {.mss = 1'460});
  talk.at(1'000).client({.seq = 1, .ack = 1, .len = 1'000});
  talk.at(1'100).server({.seq = 1, .ack = 1'001, .window = 0});
  for (const std::int64_t us : {201'000, 601'000, 1'401'000}) {
    talk.at(us).client({.seq = 1'001, .ack = 1, .len = 1});
    talk.at(us + 100).server({.seq = 1, .ack = 1'001, .window = 0});
  }
  talk.at(1'600'000).server({.seq = 1, .ack = 1'001});
  talk.at(1'600'050).client({.seq = 1'001, .ack = 1, .len = 1'460});
  talk.at(1'600'150).server({.seq = 1, .ack = 2'461});
  const auto client = talk.only().directions[0];
  EXPECT_EQ(client.counts.window_probes, 3U);
  EXPECT_EQ(client.counts.retransmissions(), 0U);
  EXPECT_EQ(client.counts.uncaptured, 0U);
  EXPECT_GT(client.time[static_cast<std::size_t>(tcp::Wait::receiver_window)], milliseconds(1'500));
}

// ... and where it takes it, nothing is missing.
TEST(TcpAccount, AProbesByteThatIsTakenWasSent) {
  TcpTalk talk;
  talk.handshake();
  talk.at(1'000).client({.seq = 1, .ack = 1, .len = 1'000});
  talk.at(1'100).server({.seq = 1, .ack = 1'001, .window = 0});
  talk.at(201'000).client({.seq = 1'001, .ack = 1, .len = 1});
  talk.at(201'100).server({.seq = 1, .ack = 1'002});
  talk.at(201'200).client({.seq = 1'002, .ack = 1, .len = 1'000});
  const auto client = talk.only().directions[0];
  EXPECT_EQ(client.counts.retransmissions(), 0U);
  EXPECT_EQ(client.counts.uncaptured, 0U);
}

// RFC 9293 3.7.4: a second small segment while the first is not acknowledged.
TEST(TcpAccount, WhoeverSendsTwoSmallOnesDoesNotWait) {
  for (const bool is_off : {false, true}) {
    TcpTalk talk;
    talk.handshake({.mss = 1'460}, {.mss = 1'460});
    talk.at(1'000).client({.seq = 1, .ack = 1, .len = 100});
    if (!is_off) talk.at(1'100).server({.seq = 1, .ack = 101});
    talk.at(1'200).client({.seq = 101, .ack = 1, .len = 100});
    EXPECT_EQ(talk.only().directions[0].is_nagle_off, is_off);
  }
}

}  // namespace
}  // namespace wirecause::tcp
