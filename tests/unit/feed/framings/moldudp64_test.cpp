// MoldUDP64: datagrams by hand from the specification 1.00, messages from Nasdaq TotalView-ITCH 5.0.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/feed/framings/wire.hpp"

namespace wirecause {
namespace {

using test::datagram;
using test::Stream;
using test::Wire;

constexpr std::uint64_t kHalfPastNine = 34'200'000'000'000;  // ns since midnight

Wire mold(std::string_view session, std::uint64_t sequence, unsigned count) {
  return Wire().text(session).be64(sequence).be16(count);
}
Wire message(std::string_view text) { return Wire().be16(text.size()).text(text); }
// Add Order without MPID, 36 bytes: type, locate, tracking, time, then 25 bytes that no one looks at.
Wire add_order(std::uint64_t ns) { return Wire().be16(36).text("A").be16(4154).be16(0).be48(ns).fill(25, 0x20); }

TEST(MoldUdp64, NumbersEveryMessageFromTheHeadersSequence) {
  const auto run =
      Stream("moldudp64").run(mold("000008367I", 344'498, 3).add(message("a")).add(message("bb")).add(message("")));
  EXPECT_EQ(run.kind, RunKind::data);
  EXPECT_EQ(run.first, 344'498U);
  EXPECT_EQ(run.count, 3U);
  EXPECT_EQ(run.messages, 3U);
  EXPECT_EQ(run.channel, 0U);
  EXPECT_TRUE(run.has_number);
  EXPECT_FALSE(run.count_is_minimum);
}

TEST(MoldUdp64, AHeartbeatCarriesTheNextNumberAndConsumesNone) {
  const auto run = Stream("moldudp64").run(mold("1567326303", 3'466'217, 0));
  EXPECT_EQ(run.kind, RunKind::heartbeat);
  EXPECT_EQ(run.first, 3'466'217U);
  EXPECT_EQ(run.count, 0U);
  EXPECT_EQ(run.messages, 0U);
}

TEST(MoldUdp64, CountFfffEndsTheSessionAtTheNextNumber) {
  const auto run = Stream("moldudp64").run(mold("1567326303", 3'466'217, 0xffff));
  EXPECT_EQ(run.kind, RunKind::end_of_session);
  EXPECT_EQ(run.first, 3'466'217U);
  EXPECT_EQ(run.count, 0U);
}

TEST(MoldUdp64, ANewSessionNameIsAnotherSession) {
  Stream stream("moldudp64");
  const auto first = stream.run(mold("000008367I", 1, 0)).session;
  const auto same = stream.run(mold("000008367I", 900, 0)).session;
  const auto next = stream.run(mold("000008367J", 1, 0)).session;
  EXPECT_EQ(first, same);
  EXPECT_NE(first, next);
  EXPECT_NE(first, 0U);
}

TEST(MoldUdp64, PrintsTheSessionWithoutItsPadding) {
  EXPECT_EQ(Stream("moldudp64").session_text(mold("  ITCH50  ", 1, 0)), "ITCH50");
  EXPECT_EQ(Stream("moldudp64").session_text(mold("000008367I", 1, 0)), "000008367I");
  EXPECT_EQ(Stream("moldudp64").session_text(mold("          ", 1, 0)), "");
}

TEST(MoldUdp64, SequenceZeroIsNoNumber) {
  Stream stream("moldudp64");
  EXPECT_FALSE(stream.run(mold("000008367I", 0, 0)).has_number);
  const auto data = stream.run(mold("000008367I", 0, 1).add(message("a")));
  EXPECT_EQ(data.kind, RunKind::unsequenced);
  EXPECT_EQ(data.count, 0U);
  EXPECT_EQ(data.messages, 1U);
}

TEST(MoldUdp64, TakesTheItchTimeOfTheFirstMessage) {
  const auto run =
      Stream("moldudp64")
          .run(mold("000010059D", 1, 2).add(add_order(kHalfPastNine + 7)).add(add_order(kHalfPastNine + 9)));
  EXPECT_EQ(run.send_time.kind, SendTime::Kind::since_local_midnight);
  EXPECT_EQ(run.send_time.ns, static_cast<std::int64_t>(kHalfPastNine + 7));
}

TEST(MoldUdp64, HasNoTimeWhereTheMessageIsNotItch5) {
  Stream stream("moldudp64");
  const auto kind = [&](const Wire& first) { return stream.run(mold("000010059D", 1, 1).add(first)).send_time.kind; };
  EXPECT_EQ(kind(Wire().be16(37).text("A").fill(36)), SendTime::Kind::none) << "length of another ITCH";
  EXPECT_EQ(kind(Wire().be16(36).text("?").fill(35)), SendTime::Kind::none) << "no such type";
  EXPECT_EQ(kind(Wire().be16(5).text("T").be32(60)), SendTime::Kind::none) << "seconds of ASX";
  EXPECT_EQ(kind(add_order(86'400'000'000'000)), SendTime::Kind::none) << "past midnight";
  EXPECT_EQ(kind(Wire().be16(36).u8(0xc1).fill(35)), SendTime::Kind::none) << "no letter";
}

TEST(MoldUdp64, AMessagePastTheEndOfTheDatagramIsMalformed) {
  Stream stream("moldudp64");
  EXPECT_EQ(stream.parse(mold("000008367I", 1, 2).add(message("abc"))).outcome, DecodeOutcome::malformed);
  EXPECT_EQ(stream.parse(mold("000008367I", 1, 1).be16(4).text("abc")).outcome, DecodeOutcome::malformed);
  EXPECT_EQ(stream.parse(mold("000008367I", 1, 0xfffe).add(message("abc"))).outcome, DecodeOutcome::malformed);
  EXPECT_EQ(stream.parse(mold("000008367I", 1, 1).u8(0)).run_count, 0U);
}

TEST(MoldUdp64, NumbersThatRunPastTheLastOneAreMalformed) {
  const auto wire = mold("000008367I", ~std::uint64_t{0}, 2).add(message("a")).add(message("b"));
  EXPECT_EQ(Stream("moldudp64").parse(wire).outcome, DecodeOutcome::malformed);
}

TEST(MoldUdp64, ARequestToTheReRequestServerIsNotTheFeed) {
  Stream stream("moldudp64");
  EXPECT_EQ(stream.parse(mold("000008367I", 17, 5)).outcome, DecodeOutcome::not_mine);
  EXPECT_EQ(stream.recognise(mold("000008367I", 17, 5)), Recognition::no);
}

TEST(MoldUdp64, ADatagramShorterThanTheHeaderIsNotMine) {
  EXPECT_EQ(Stream("moldudp64").parse(Wire().text("000008367I").be64(1)).outcome, DecodeOutcome::not_mine);
}

TEST(MoldUdp64, GivesEachWholeMessageWithItsNumber) {
  const auto wire = mold("000008367I", 10, 3).add(message("one")).add(message("two")).add(message("three"));
  const auto spans = Stream("moldudp64").messages(datagram(wire, wire.size() - 1));
  ASSERT_EQ(spans.size(), 2U) << "the third is cut";
  EXPECT_EQ(spans[0].sequence, 10U);
  EXPECT_EQ(spans[1].sequence, 11U);
  EXPECT_EQ(spans[1].units, 1U);
  EXPECT_EQ(spans[1].bytes.size(), 3U);
  EXPECT_EQ(spans[1].bytes[0], std::byte{'t'});
  EXPECT_EQ(Stream("moldudp64").messages(datagram(wire), 1).size(), 1U) << "no more than fit";
}

TEST(MoldUdp64, RecognisesHeartbeatsDataAndTheEndOfASession) {
  const Stream stream("moldudp64");
  EXPECT_EQ(stream.recognise(mold("000008367I", 10, 0)), Recognition::plausible);
  EXPECT_EQ(stream.recognise(mold("000008367I", 10, 0xffff)), Recognition::plausible);
  EXPECT_EQ(stream.recognise(mold("ITCH      ", 10, 1).add(message("a"))), Recognition::plausible);
}

TEST(MoldUdp64, IsNotSeenInOtherBytes) {
  const Stream stream("moldudp64");
  EXPECT_EQ(stream.recognise(Wire().fill(20)), Recognition::no) << "zeros";
  EXPECT_EQ(stream.recognise(Wire().text("SUBSCRIBE sip:someone@example")), Recognition::no) << "text";
  EXPECT_EQ(stream.recognise(mold("0000\t8367I", 10, 0)), Recognition::no) << "a session with a tab";
  EXPECT_EQ(stream.recognise(mold("0000 8367I", 10, 0)), Recognition::no) << "a session with a space inside";
  EXPECT_EQ(stream.recognise(mold("000008367I", 10, 0).u8(0)), Recognition::no) << "a heartbeat with a tail";
  EXPECT_EQ(stream.recognise(mold("000008367I", 10, 1).add(message("a")).u8(0)), Recognition::no) << "slack";
  EXPECT_EQ(stream.recognise(mold("000008367I", std::uint64_t{1} << 50U, 0)), Recognition::no) << "an absurd number";
}

}  // namespace
}  // namespace wirecause
