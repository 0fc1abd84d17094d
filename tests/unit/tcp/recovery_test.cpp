// Why bytes were sent again, told by what the sender could know. Round trip 100 us, the capture in the middle of it.
// SPDX-License-Identifier: Apache-2.0
#include "tcp/recovery.hpp"

#include <gtest/gtest.h>

#include "support/tcp_talk.hpp"

namespace wirecause::tcp {
namespace {

using test::Said;
using test::TcpTalk;

constexpr std::uint32_t kSize = 1'000;

// The server sends segments 0 .. count-1 of kSize, 1 us apart.
void flight(TcpTalk& talk, std::uint32_t count, std::uint32_t from = 0) {
  for (std::uint32_t i = from; i < from + count; ++i)
    talk.after(1).server({.seq = 1 + i * kSize, .ack = 1, .len = kSize});
}

Said segment(std::uint32_t i) { return {.seq = 1 + i * kSize, .ack = 1, .len = kSize}; }

Said ack(std::uint32_t segments) { return {.seq = 1, .ack = 1 + segments * kSize}; }

Said sack(std::uint32_t segments, std::uint32_t from, std::uint32_t to) {
  Said said = ack(segments);
  said.sack = {1 + from * kSize, 1 + to * kSize};
  return said;
}

struct Opened : TcpTalk {
  Opened() { handshake({.sack_permitted = true}, {.sack_permitted = true}); }
};

TEST(TcpResend, OnThreeDuplicateAcksIsFast) {
  Opened talk;
  flight(talk, 5);
  talk.after(60).client(ack(1));
  for (int i = 0; i < 3; ++i) talk.after(1).client(ack(1));
  const Note note = talk.after(50).server(segment(1));
  EXPECT_EQ(note.resend, Resend::fast);
  EXPECT_EQ(talk.only().directions[1].counts.lost_after(), 1U);
  EXPECT_EQ(talk.only().directions[1].counts.lost_before(), 0U);
}

TEST(TcpResend, OnSelectiveAcksOfThreeSegmentsIsFast) {
  Opened talk;
  flight(talk, 5);
  talk.after(60).client(sack(1, 2, 5));
  EXPECT_EQ(talk.after(50).server(segment(1)).resend, Resend::fast);
}

TEST(TcpResend, OnOneLaterSegmentAcknowledgedIsRack) {
  Opened talk;
  flight(talk, 3);
  talk.after(60).client(sack(1, 2, 3));
  EXPECT_EQ(talk.after(75).server(segment(1)).resend, Resend::rack);
}

TEST(TcpResend, OfTheTailBeforeTheTimerIsAProbe) {
  Opened talk;
  flight(talk, 3);
  talk.after(60).client(ack(1));
  EXPECT_EQ(talk.after(5'000).server(segment(2)).resend, Resend::tail_probe);
}

TEST(TcpResend, OfTheLowestByteAfterSilenceIsTheTimer) {
  Opened talk;
  flight(talk, 3);
  EXPECT_EQ(talk.after(200'500).server(segment(0)).resend, Resend::timeout);
  EXPECT_EQ(talk.after(100).server(segment(1)).resend, Resend::timeout);  // of the same flight
}

TEST(TcpResend, OfTheOnlySegmentIsAProbeUntilTheNextOneSaysThatTheTimerDoubled) {
  Opened probe;
  flight(probe, 1);
  EXPECT_EQ(probe.after(200'300).server(segment(0)).resend, Resend::tail_probe);
  EXPECT_EQ(probe.after(200'300).server(segment(0)).resend, Resend::timeout);
  EXPECT_EQ(probe.only().directions[1].counts.of(Resend::tail_probe), 1U);
  Opened timer;
  flight(timer, 1);
  timer.after(200'300).server(segment(0));
  timer.after(400'600).server(segment(0));
  EXPECT_EQ(timer.only().directions[1].counts.of(Resend::tail_probe), 0U);
  EXPECT_EQ(timer.only().directions[1].counts.of(Resend::timeout), 2U);
}

// Linux sends no probe until more is acknowledged than what was sent when the last one went out (tcp_process_tlp_ack()).
TEST(TcpResend, OfTheOnlySegmentRightBehindAProbeIsTheTimer) {
  Opened talk;
  flight(talk, 1);
  EXPECT_EQ(talk.after(205'000).server(segment(0)).resend, Resend::tail_probe);
  talk.after(50).client(ack(1));
  talk.after(50).server(segment(1));
  EXPECT_EQ(talk.after(205'000).server(segment(1)).resend, Resend::timeout);
  talk.after(50).client(ack(2));
  talk.after(50).server(segment(2));
  EXPECT_EQ(talk.after(205'000).server(segment(2)).resend, Resend::tail_probe);
}

// The timer's own resend is lost again, and selective acknowledgements say so long before it runs out once more (RFC 8985).
TEST(TcpResend, OfWhatTheTimerSentAndWasLostAgainIsFoundAsAnyLoss) {
  Opened talk;
  flight(talk, 6);
  talk.after(300'000);
  EXPECT_EQ(talk.server(segment(0)).resend, Resend::timeout);
  talk.after(60).client(ack(1));
  for (std::uint32_t i = 1; i < 6; ++i) EXPECT_EQ(talk.after(10).server(segment(i)).resend, Resend::timeout);
  talk.after(60).client(sack(1, 2, 6));
  EXPECT_EQ(talk.after(60).server(segment(1)).resend, Resend::fast);
}

TEST(TcpResend, CountsTimeoutsInARow) {
  Opened talk;
  flight(talk, 3);
  for (int i = 0; i < 4; ++i) talk.after(200'500 << i).server(segment(0));
  EXPECT_EQ(talk.only().directions[1].counts.longest_backoff, 4U);
}

TEST(TcpResend, ThatADsackAnswersWasSpurious) {
  Opened talk;
  flight(talk, 3);
  talk.after(200'500).server(segment(0));
  EXPECT_TRUE(talk.after(60).client(sack(3, 0, 1)).has(Mark::came_twice));
  EXPECT_EQ(talk.only().directions[1].counts.of(Resend::spurious), 1U);
  EXPECT_EQ(talk.only().directions[1].counts.of(Resend::timeout), 0U);
  EXPECT_EQ(talk.only().directions[1].counts.lost_after(), 0U);
}

TEST(TcpResend, WhoseFirstCopyWasAnsweredByTimeStampsWasSpurious) {
  TcpTalk talk;
  talk.handshake({.stamp = 10}, {.stamp = 20, .echo = 10});
  Said first = segment(0);
  first.stamp = 21;
  talk.after(10).server(first);
  first.stamp = 221;
  EXPECT_EQ(talk.after(200'500).server(first).resend, Resend::timeout);
  Said late = ack(1);
  late.stamp = 300;
  late.echo = 21;
  talk.after(10).client(late);
  EXPECT_EQ(talk.only().directions[1].counts.of(Resend::spurious), 1U);
}

// RFC 3522: every resend that is younger than what was answered.
TEST(TcpResend, OnesThatTheFirstCopysEchoAnswersWereAllSpurious) {
  Opened talk;
  talk.after(10).server({.seq = 1, .ack = 1, .len = kSize, .stamp = 10});
  talk.after(300'000).server({.seq = 1, .ack = 1, .len = kSize, .stamp = 310});
  talk.after(600'000).server({.seq = 1, .ack = 1, .len = kSize, .stamp = 910});
  talk.after(50).client({.seq = 1, .ack = 1 + kSize, .stamp = 500, .echo = 10});
  const auto counts = talk.only().directions[1].counts;
  EXPECT_EQ(counts.of(Resend::spurious), 2U);
}

TEST(TcpResend, IsJudgedByTheEchoOfTheSegmentThatWasAnsweredAlone) {
  TcpTalk talk;
  talk.handshake({.stamp = 10, .sack_permitted = true}, {.stamp = 20, .echo = 10, .sack_permitted = true});
  for (std::uint32_t i = 0; i < 3; ++i) {
    Said said = segment(i);
    said.stamp = 21;
    talk.after(1).server(said);
  }
  for (std::uint32_t i = 0; i < 2; ++i) {
    Said again = segment(i);
    again.stamp = 221 + i;
    talk.after(i == 0 ? 200'500 : 1'000).server(again);
  }
  Said both = ack(3);  // held back: it echoes the first of the two (RFC 7323 4.3)
  both.stamp = 300;
  both.echo = 221;
  talk.after(60).client(both);
  EXPECT_EQ(talk.only().directions[1].counts.of(Resend::spurious), 0U);
}

TEST(TcpResend, WhoseFlightIsAcknowledgedBitByBitWithoutItWasSpurious) {
  TcpTalk talk;
  talk.handshake();
  flight(talk, 5);
  EXPECT_EQ(talk.after(200'500).server(segment(0)).resend, Resend::timeout);
  talk.after(60).client(ack(1));
  EXPECT_EQ(talk.only().directions[1].counts.of(Resend::spurious), 0U);
  talk.after(10).client(ack(3));  // segments 1 and 2 were sent once: they were late, not lost (RFC 5682)
  EXPECT_EQ(talk.only().directions[1].counts.of(Resend::spurious), 1U);
}

TEST(TcpResend, OfTheOnlyLostSegmentIsNotSpuriousWhereItsAnswerCoversTheFlight) {
  TcpTalk talk;
  talk.handshake();
  flight(talk, 5);
  talk.after(200'500).server(segment(0));
  talk.after(60).client(ack(5));
  EXPECT_EQ(talk.only().directions[1].counts.of(Resend::spurious), 0U);
}

TEST(TcpResend, AnsweredSoonerThanARoundTripWasSpurious) {
  TcpTalk talk;
  talk.handshake();
  for (std::uint32_t i = 0; i < 10; ++i) {  // from here to the client and back takes 50 us
    talk.after(100).server(segment(i));
    talk.after(50).client(ack(i + 1));
  }
  flight(talk, 3, 10);
  talk.after(200'500).server(segment(10));
  talk.after(10).client(ack(11));
  EXPECT_EQ(talk.only().directions[1].counts.of(Resend::spurious), 1U);
}

TEST(TcpResend, OnOneSignThatItsSenderHadWhateverCameByHereSinceIsRack) {
  TcpTalk talk;
  talk.handshake({.stamp = 10, .sack_permitted = true}, {.stamp = 20, .echo = 10, .sack_permitted = true});
  for (std::uint32_t i = 0; i < 6; ++i) {
    Said said = segment(i);
    said.stamp = 21;
    talk.after(1).server(said);
  }
  for (std::uint32_t i = 0; i < 4; ++i) {  // the first on its own, the others a tick of the client's clock later
    Said said = sack(1, 2, 3 + i);
    said.stamp = i == 0 ? 30 : 31;
    said.echo = 21;
    talk.after(i == 1 ? 1'000 : 5).client(said);
  }
  Said again = segment(1);
  again.stamp = 22;
  again.echo = 30;
  EXPECT_EQ(talk.after(10).server(again).resend, Resend::rack);
}

TEST(TcpResend, OfAFlightThatWasLostBeforeHereIsTheTimersAsItsSilenceIs) {
  Opened talk;
  flight(talk, 3);
  talk.after(60).client(ack(3));
  talk.after(1'200'000).server(segment(3));  // the timer's: all of segments 3 to 7 was lost before
  talk.after(60).client(ack(4));
  EXPECT_TRUE(talk.after(60).server(segment(8)).has(Mark::opens_hole));  // new data (RFC 5682)
  talk.after(60).client(sack(4, 8, 9));
  EXPECT_EQ(talk.after(60).server(segment(4)).resend, Resend::timeout);
  EXPECT_EQ(talk.after(1).server(segment(5)).resend, Resend::timeout);
  const DirectionSummary server = talk.only().directions[1];
  EXPECT_GE(server.time[static_cast<std::size_t>(Wait::recovery_timeout)], microseconds(1'200'000));
  EXPECT_LT(server.time[static_cast<std::size_t>(Wait::sender_idle)], milliseconds(1));
}

TEST(TcpResend, OfWhatWasAcknowledgedBeforeIsSpurious) {
  Opened talk;
  flight(talk, 2);
  talk.after(60).client(ack(2));
  EXPECT_EQ(talk.after(200'000).server(segment(1)).resend, Resend::spurious);
}

TEST(TcpResend, OfASynOrSynAckIsCalledSo) {
  TcpTalk talk;
  talk.client({.flags = kSyn});
  EXPECT_EQ(talk.after(1'000'000).client({.flags = kSyn}).resend, Resend::syn);
  talk.after(50).server({.ack = 1, .flags = kSyn | kAck});
  EXPECT_EQ(talk.after(1'000'000).server({.ack = 1, .flags = kSyn | kAck}).resend, Resend::syn_ack);
}

TEST(TcpResend, ThatFillsAGapWithAYoungerIdWasLostBefore) {
  Opened talk;
  talk.after(10).server({.seq = 1 + kSize, .ack = 1, .len = kSize, .ip_id = 500});
  for (int i = 0; i < 3; ++i) talk.after(1).client(ack(0));
  Said again = segment(0);
  again.ip_id = 503;
  EXPECT_EQ(talk.after(120).server(again).resend, Resend::fast);
  EXPECT_EQ(talk.only().directions[1].counts.lost_before(), 1U);
}

TEST(TcpReordering, IsToldByAnOlderIpId) {
  Opened talk;
  talk.after(10).server({.seq = 1 + kSize, .ack = 1, .len = kSize, .ip_id = 500});
  Said late = segment(0);
  late.ip_id = 499;
  EXPECT_TRUE(talk.after(5'000).server(late).has(Mark::reordered));
  EXPECT_EQ(talk.only().directions[1].counts.reordered, 1U);
  EXPECT_EQ(talk.only().retransmissions(), 0U);
}

TEST(TcpReordering, IsToldByAnOlderTimeStampWhateverTheIdSays) {
  Opened talk;
  Said second = segment(1);
  second.stamp = 51;
  talk.after(10).server(second);
  Said first = segment(0);
  first.stamp = 50;
  EXPECT_TRUE(talk.after(9'000).server(first).has(Mark::reordered));
}

TEST(TcpReordering, WithoutIdsOrStampsIsWhatComesSoonerThanARoundTrip) {
  for (const auto& [apart, is_late] : {std::pair{60, true}, std::pair{150, false}}) {
    Opened talk;
    Said second = segment(1);
    second.ip_id = 0;
    talk.after(10).server(second);
    Said first = segment(0);
    first.ip_id = 0;
    EXPECT_EQ(talk.after(apart).server(first).has(Mark::reordered), is_late) << apart;
  }
}

TEST(TcpReordering, IsALateOriginalBehindItsRepetition) {
  Opened talk;
  talk.after(10).server({.seq = 1 + kSize, .ack = 1, .len = kSize, .ip_id = 500});
  for (int i = 0; i < 3; ++i) talk.after(1).client(ack(0));
  Said again = segment(0);
  again.ip_id = 503;
  EXPECT_EQ(talk.after(120).server(again).resend, Resend::fast);
  Said first = segment(0);
  first.ip_id = 499;
  EXPECT_TRUE(talk.after(30).server(first).has(Mark::reordered));
  EXPECT_EQ(talk.only().retransmissions(), 1U);
}

TEST(TcpCopies, LongBehindTheFirstAreThePathsOwn) {
  Opened talk;
  flight(talk, 12);
  Said once = segment(1);
  once.ip_id = 5;  // three packets of the handshake, and segment 0
  EXPECT_EQ(talk.after(3).server(once).resend, Resend::path_copy);
  EXPECT_EQ(talk.only().retransmissions(), 0U);
}

TEST(TcpCopies, ThatTheReceiverSawTwiceTooAreThePathsOwn) {
  Opened talk;
  Said once = segment(0);
  once.ip_id = 900;
  talk.after(10).server(once);
  talk.after(3).server(once);
  talk.after(60).client(ack(1));
  talk.after(3).client(sack(1, 0, 1));
  EXPECT_EQ(talk.only().directions[1].counts.of(Resend::path_copy), 1U);
  EXPECT_EQ(talk.only().retransmissions(), 0U);
}

}  // namespace
}  // namespace wirecause::tcp
