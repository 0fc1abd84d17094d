// SIAC CTA: blocks by hand from the CQS and CTS multicast output specifications.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/feed/framings/wire.hpp"

namespace wirecause {
namespace {

using test::datagram;
using test::Stream;
using test::Wire;

constexpr std::uint32_t kSeconds = 1'775'535'399;

struct Header {
  std::uint32_t number = 1;
  unsigned messages = 1;
  std::uint32_t nanoseconds = 17;
  char retransmission = 'O';
};

// The checksum is the low 16 bits of the sum of all other bytes; the size is even.
Wire block(const Header& h, const Wire& messages) {
  const std::size_t pad = messages.size() % 2;
  Wire wire = Wire().u8(2).be16(20 + messages.size() + pad).text("T").text(std::string_view(&h.retransmission, 1));
  wire.be32(h.number).u8(h.messages).be32(kSeconds).be32(h.nanoseconds).be16(0).add(messages).fill(pad);
  return wire.put_sum(18);
}
Wire message(std::string_view category_and_type, std::size_t body = 0) {
  return Wire().be16(4 + body).text(category_and_type).fill(body, 0x31);
}
Wire start_of_day(std::uint32_t number, std::uint32_t ns) {
  return block({.number = number, .nanoseconds = ns}, message("CA"));
}
Wire reset(std::uint32_t number, std::uint32_t ns) {
  return block({.number = number, .nanoseconds = ns}, message("CL"));
}

TEST(SiacCta, NumbersEveryMessageOfABlock) {
  const auto run =
      Stream("siac_cta").run(block({.number = 2'764'866, .messages = 2}, message("TL", 61).add(message("TL", 8))));
  EXPECT_EQ(run.kind, RunKind::data);
  EXPECT_EQ(run.first, 2'764'866U);
  EXPECT_EQ(run.count, 2U);
  EXPECT_EQ(run.messages, 2U);
  EXPECT_EQ(run.send_time.kind, SendTime::Kind::unix_epoch);
  EXPECT_EQ(run.send_time.ns, std::int64_t{kSeconds} * 1'000'000'000 + 17);
}

TEST(SiacCta, LineIntegrityCarriesTheLastNumberAndConsumesNone) {
  const auto run = Stream("siac_cta").run(block({.number = 2'765'203}, message("CT", 22)));
  EXPECT_EQ(run.kind, RunKind::heartbeat);
  EXPECT_EQ(run.first, 2'765'204U) << "next";
  EXPECT_EQ(run.count, 0U);
  EXPECT_EQ(run.messages, 0U);
}

TEST(SiacCta, LineIntegrityAtTheLastNumberExpectsOneNext) {
  EXPECT_EQ(Stream("siac_cta").run(block({.number = 0xffff'ffff}, message("CT"))).first, 1U);
}

TEST(SiacCta, LineIntegrityBeforeTheStartExpectsOneNext) {
  const auto run = Stream("siac_cta").run(block({.number = 0}, message("CT")));
  EXPECT_EQ(run.kind, RunKind::heartbeat);
  EXPECT_TRUE(run.has_number);
  EXPECT_EQ(run.first, 1U);
}

TEST(SiacCta, OnlyTheControlCategoryControls) {
  EXPECT_EQ(Stream("siac_cta").run(block({.number = 9}, message("QT"))).kind, RunKind::data);
}

TEST(SiacCta, StartOfDayBeginsAtOneAfterYesterdaysNumbers) {
  Stream stream("siac_cta");
  stream.run(block({.number = 900}, message("TL")));
  const auto run = stream.parse(start_of_day(0, 18)).runs[0];
  EXPECT_EQ(run.kind, RunKind::reset);
  EXPECT_EQ(run.first, 1U);
  EXPECT_EQ(run.count, 0U);
}

TEST(SiacCta, StartOfDayWithNothingBeforeIsNoReset) {
  const auto run = Stream("siac_cta").run(start_of_day(0, 18));
  EXPECT_EQ(run.kind, RunKind::heartbeat);
  EXPECT_EQ(run.first, 1U);
}

TEST(SiacCta, StartOfDayWithANumberIsAnOrdinaryMessage) {
  const auto run = Stream("siac_cta").run(start_of_day(901, 18));
  EXPECT_EQ(run.kind, RunKind::data);
  EXPECT_EQ(run.first, 901U);
  EXPECT_EQ(run.count, 1U);
}

TEST(SiacCta, AResetBeginsAtTheNewCounter) {
  Stream stream("siac_cta");
  stream.run(block({.number = 900}, message("TL")));
  const Parsed& parsed = stream.parse(reset(5000, 18));
  ASSERT_EQ(parsed.run_count, 2U);
  EXPECT_EQ(parsed.runs[0].kind, RunKind::reset);
  EXPECT_EQ(parsed.runs[0].first, 5000U);
  EXPECT_EQ(parsed.runs[1].kind, RunKind::data);
  EXPECT_EQ(parsed.runs[1].first, 5000U);
  EXPECT_EQ(parsed.runs[1].count, 1U) << "5001 comes next";
}

TEST(SiacCta, AResetToZeroExpectsOneNext) {
  Stream stream("siac_cta");
  stream.run(block({.number = 900}, message("TL")));
  const Parsed& parsed = stream.parse(reset(0, 18));
  ASSERT_EQ(parsed.run_count, 2U);
  EXPECT_EQ(parsed.runs[0].kind, RunKind::reset);
  EXPECT_EQ(parsed.runs[0].first, 1U);
  EXPECT_EQ(parsed.runs[1].kind, RunKind::heartbeat);
  EXPECT_EQ(parsed.runs[1].first, 1U);
}

TEST(SiacCta, SeveralResetsInARowAreOne) {
  Stream stream("siac_cta");
  stream.run(block({.number = 900}, message("TL")));
  EXPECT_EQ(stream.parse(reset(5000, 18)).run_count, 2U);
  EXPECT_EQ(stream.parse(reset(5000, 19)).run_count, 1U) << "repeated";
  stream.run(block({.number = 5001, .nanoseconds = 20}, message("TL")));
  EXPECT_EQ(stream.parse(reset(5000, 19)).run_count, 1U) << "a late copy";
  EXPECT_EQ(stream.parse(reset(9000, 30)).run_count, 2U) << "another one";
}

TEST(SiacCta, EndOfDayIsAMessageAndNothingFollows) {
  const Parsed parsed = Stream("siac_cta").parse(block({.number = 0xffff'ffff}, message("CZ")));
  ASSERT_EQ(parsed.run_count, 2U);
  EXPECT_EQ(parsed.runs[0].kind, RunKind::data);
  EXPECT_EQ(parsed.runs[0].count, 1U);
  EXPECT_EQ(parsed.runs[1].kind, RunKind::end_of_session);
  EXPECT_EQ(parsed.runs[1].first, 1U) << "after the wrap";
}

TEST(SiacCta, ABlockSentAgainIsARetransmissionWithoutASendTime) {
  const auto run =
      Stream("siac_cta")
          .run(block({.number = 9, .messages = 2, .retransmission = 'V'}, message("TL").add(message("TL"))));
  EXPECT_EQ(run.kind, RunKind::retransmission);
  EXPECT_EQ(run.first, 9U);
  EXPECT_EQ(run.count, 2U);
  EXPECT_EQ(run.send_time.kind, SendTime::Kind::none);
}

TEST(SiacCta, ControlMessagesSentAgainControlNothing) {
  Stream stream("siac_cta");
  stream.run(block({.number = 900}, message("TL")));
  EXPECT_EQ(stream.run(block({.number = 901, .retransmission = 'V'}, message("CT"))).kind, RunKind::heartbeat);
  const auto start = block({.number = 0, .nanoseconds = 30, .retransmission = 'V'}, message("CA"));
  EXPECT_EQ(stream.run(start).kind, RunKind::unsequenced);
  const auto reset_again = block({.number = 5000, .nanoseconds = 30, .retransmission = 'V'}, message("CL"));
  EXPECT_EQ(stream.run(reset_again).kind, RunKind::retransmission);
}

TEST(SiacCta, ABlockWithoutMessagesIsMalformed) {
  EXPECT_EQ(Stream("siac_cta").parse(block({.messages = 0}, message("TL"))).outcome, DecodeOutcome::malformed);
}

TEST(SiacCta, AGoodChecksumIsCertainAndABadOneExcludes) {
  const Stream stream("siac_cta");
  const auto odd = block({.messages = 1}, message("TL", 7));
  EXPECT_EQ(stream.recognise(odd), Recognition::certain) << "with a pad byte";
  auto bad = odd;
  bad.put_be16(18, 1);
  EXPECT_EQ(stream.recognise(bad), Recognition::no);
}

TEST(SiacCta, ACutBlockIsAtMostPlausible) {
  const auto wire = block({.messages = 1}, message("TL", 8));
  EXPECT_EQ(find_framing("siac_cta")->recognise(datagram(wire, 25)), Recognition::plausible);
}

TEST(SiacCta, LengthsThatContradictTheBlockAreMalformed) {
  Stream stream("siac_cta");
  EXPECT_EQ(stream.parse(block({.messages = 2}, message("TL"))).outcome, DecodeOutcome::malformed) << "count";
  EXPECT_EQ(stream.parse(block({}, Wire().be16(1).text("TL"))).outcome, DecodeOutcome::malformed) << "length 1";
  EXPECT_EQ(stream.parse(block({}, Wire().be16(0).text("TL"))).outcome, DecodeOutcome::malformed) << "length 0";
  auto longer = block({}, message("TL"));
  longer.put_be16(1, 25);
  EXPECT_EQ(stream.parse(longer).outcome, DecodeOutcome::malformed) << "block size";
}

TEST(SiacCta, GivesEachMessageWithItsNumberAcrossTheWrap) {
  const auto wire = block({.number = 0xffff'ffff, .messages = 2}, message("TL", 61).add(message("TL", 8)));
  const auto spans = Stream("siac_cta").messages(datagram(wire));
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[1].sequence, 1U);
  EXPECT_EQ(spans[1].bytes.size(), 10U);
  EXPECT_TRUE(Stream("siac_cta").messages(datagram(block({}, message("CT")))).empty()) << "line integrity has none";
}

}  // namespace
}  // namespace wirecause
