// CME MDP 3.0: datagrams by hand from the binary packet header and SBE schema 1.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/feed/framings/wire.hpp"

namespace wirecause {
namespace {

using test::datagram;
using test::Stream;
using test::Wire;

constexpr std::uint64_t kSent = 1'536'760'535'679'000'000;
constexpr unsigned kChannelReset = 4;
constexpr unsigned kHeartbeat = 12;
constexpr unsigned kBook = 46;

Wire packet(std::uint64_t number, std::uint64_t sent = kSent) { return Wire().le32(number).le64(sent); }
Wire message(unsigned id, unsigned block = 0, unsigned schema = 1) {
  return Wire().le16(10 + block).le16(block).le16(id).le16(schema).le16(9).fill(block, 0x5a);
}

TEST(CmeMdp3, NumbersPacketsAndCountsTheMessagesInside) {
  Stream stream("cme_mdp3");
  const auto run = stream.run(packet(1'027'071).add(message(kBook, 11)).add(message(kBook)));
  EXPECT_EQ(stream.framing().unit, SequenceUnit::packet);
  EXPECT_EQ(run.kind, RunKind::data);
  EXPECT_EQ(run.first, 1'027'071U);
  EXPECT_EQ(run.count, 1U);
  EXPECT_EQ(run.messages, 2U);
  EXPECT_FALSE(run.is_heartbeat);
  EXPECT_EQ(run.send_time.kind, SendTime::Kind::unix_epoch);
  EXPECT_EQ(run.send_time.ns, static_cast<std::int64_t>(kSent));
}

TEST(CmeMdp3, AHeartbeatConsumesANumberAndCarriesNoMessage) {
  const auto run = Stream("cme_mdp3").run(packet(18).add(message(kHeartbeat)));
  EXPECT_EQ(run.kind, RunKind::data);
  EXPECT_TRUE(run.is_heartbeat);
  EXPECT_EQ(run.first, 18U);
  EXPECT_EQ(run.count, 1U);
  EXPECT_EQ(run.messages, 0U);
}

TEST(CmeMdp3, AChannelResetThatContinuesTheNumbersIsNoReset) {
  Stream stream("cme_mdp3");
  stream.run(packet(100).add(message(kBook)));
  const auto run = stream.run(packet(101, kSent + 1).add(message(kChannelReset, 9)));
  EXPECT_EQ(run.kind, RunKind::data);
  EXPECT_EQ(run.first, 101U);
}

TEST(CmeMdp3, AChannelResetBelowTheNumbersBeginsAnewAndConsumesItsOwn) {
  Stream stream("cme_mdp3");
  stream.run(packet(100).add(message(kBook)));
  const Parsed& parsed = stream.parse(packet(1, kSent + 1).add(message(kChannelReset, 9)));
  ASSERT_EQ(parsed.run_count, 2U);
  EXPECT_EQ(parsed.runs[0].kind, RunKind::reset);
  EXPECT_EQ(parsed.runs[0].first, 1U);
  EXPECT_EQ(parsed.runs[0].count, 0U);
  EXPECT_EQ(parsed.runs[1].kind, RunKind::data);
  EXPECT_EQ(parsed.runs[1].first, 1U);
  EXPECT_EQ(parsed.runs[1].count, 1U);
}

TEST(CmeMdp3, ACopyOfTheResetPacketIsNoSecondReset) {
  Stream stream("cme_mdp3");
  const auto reset = packet(1, kSent + 1).add(message(kChannelReset, 9));
  stream.run(packet(100).add(message(kBook)));
  EXPECT_EQ(stream.parse(reset).run_count, 2U);
  EXPECT_EQ(stream.parse(reset).run_count, 1U);
  stream.run(packet(2, kSent + 2).add(message(kBook)));
  EXPECT_EQ(stream.parse(reset).run_count, 1U) << "late";
}

TEST(CmeMdp3, AChannelResetAtTheStartIsData) {
  EXPECT_EQ(Stream("cme_mdp3").run(packet(1).add(message(kChannelReset, 9))).kind, RunKind::data);
}

TEST(CmeMdp3, NumberZeroIsNoNumber) {
  const auto run = Stream("cme_mdp3").run(packet(0).add(message(kBook)));
  EXPECT_EQ(run.kind, RunKind::unsequenced);
  EXPECT_EQ(run.count, 0U);
}

TEST(CmeMdp3, MessageSizesThatDoNotFillThePacketAreMalformed) {
  Stream stream("cme_mdp3");
  EXPECT_EQ(stream.parse(packet(1).add(message(kBook)).u8(0)).outcome, DecodeOutcome::malformed) << "slack";
  EXPECT_EQ(stream.parse(packet(1).le16(9).fill(8)).outcome, DecodeOutcome::malformed) << "shorter than its header";
  EXPECT_EQ(stream.parse(packet(1).le16(0).fill(8)).outcome, DecodeOutcome::malformed) << "zero";
  EXPECT_EQ(stream.parse(packet(1).le16(11).fill(8)).outcome, DecodeOutcome::malformed) << "past the end";
}

TEST(CmeMdp3, RecognisesPacketsOfSchemaOneWithASendTime) {
  const Stream stream("cme_mdp3");
  EXPECT_EQ(stream.recognise(packet(1).add(message(kBook, 11))), Recognition::plausible);
  EXPECT_EQ(stream.recognise(packet(1)), Recognition::no) << "no message";
  EXPECT_EQ(stream.recognise(packet(0).add(message(kBook, 11))), Recognition::no) << "number";
  EXPECT_EQ(stream.recognise(packet(1, 5).add(message(kBook, 11))), Recognition::no) << "time";
  EXPECT_EQ(stream.recognise(packet(1).add(message(kBook, 11, 2))), Recognition::no) << "schema";
  EXPECT_EQ(stream.recognise(packet(1).add(message(3, 11))), Recognition::no) << "template";
  EXPECT_EQ(stream.recognise(packet(1).add(message(kBook)).add(message(kBook, 0, 2))), Recognition::no) << "second";
  EXPECT_EQ(stream.recognise(packet(1).le16(10).le16(11).le16(kBook).le16(1).le16(9)), Recognition::no) << "block";
}

TEST(CmeMdp3, GivesThePacketAfterNumberAndTimeAsOneSpan) {
  const auto wire = packet(7).add(message(kBook, 11));
  const auto spans = Stream("cme_mdp3").messages(datagram(wire));
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans[0].sequence, 7U);
  EXPECT_EQ(spans[0].bytes.size(), 21U);
  EXPECT_TRUE(Stream("cme_mdp3").messages(datagram(wire, 20)).empty()) << "cut";
}

}  // namespace
}  // namespace wirecause
