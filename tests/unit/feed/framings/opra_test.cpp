// OPRA: blocks by hand from the recipient interface specification 6.x.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/feed/framings/wire.hpp"

namespace wirecause {
namespace {

using test::datagram;
using test::Stream;
using test::Wire;

struct Header {
  std::uint32_t number = 1;
  unsigned messages = 1;
  std::uint32_t nanoseconds = 17;
  char retransmission = ' ';
};

Wire block(const Header& h, const Wire& messages) {
  Wire wire = Wire().u8(6).be16(21 + messages.size()).text("O").text(std::string_view(&h.retransmission, 1)).u8(0);
  wire.be32(h.number).u8(h.messages).be32(1'701'291'404).be32(h.nanoseconds).be16(0).add(messages);
  return wire.put_sum(19);
}
// participant, category, type, body
Wire message(std::string_view start, std::size_t body = 0) { return Wire().text(start).fill(body, 0x31); }

TEST(Opra, NumbersEveryMessageOfABlock) {
  const auto run = Stream("opra").run(block({.number = 402'565'753, .messages = 3}, message("Dk ", 100)));
  EXPECT_EQ(run.kind, RunKind::data);
  EXPECT_EQ(run.first, 402'565'753U);
  EXPECT_EQ(run.count, 3U);
  EXPECT_EQ(run.messages, 3U);
  EXPECT_EQ(run.send_time.ns, 1'701'291'404'000'000'017);
}

TEST(Opra, LineIntegrityCarriesTheLastNumberAndConsumesNone) {
  const auto run = Stream("opra").run(block({.number = 77}, message("OHN", 9)));
  EXPECT_EQ(run.kind, RunKind::heartbeat);
  EXPECT_EQ(run.first, 78U);
  EXPECT_EQ(run.count, 0U);
  EXPECT_EQ(Stream("opra").run(block({.number = 0xffff'ffff}, message("OHN"))).first, 1U) << "after the wrap";
  EXPECT_EQ(Stream("opra").run(block({.number = 0}, message("OHN"))).first, 1U) << "before the start";
}

TEST(Opra, AResetBeginsAtTheNewCounter) {
  Stream stream("opra");
  stream.run(block({.number = 900}, message("Dk ", 9)));
  const Parsed& parsed = stream.parse(block({.number = 5000, .nanoseconds = 18}, message("OHK")));
  ASSERT_EQ(parsed.run_count, 2U);
  EXPECT_EQ(parsed.runs[0].kind, RunKind::reset);
  EXPECT_EQ(parsed.runs[0].first, 5000U);
  EXPECT_EQ(parsed.runs[1].first, 5000U);
}

TEST(Opra, StartOfDayBeginsAtOne) {
  Stream stream("opra");
  stream.run(block({.number = 900}, message("Dk ", 9)));
  EXPECT_EQ(stream.parse(block({.number = 0, .nanoseconds = 18}, message("OHC"))).runs[0].kind, RunKind::reset);
}

TEST(Opra, EndOfDayIsAMessageAndNothingFollows) {
  const Parsed parsed = Stream("opra").parse(block({.number = 44}, message("OHJ")));
  ASSERT_EQ(parsed.run_count, 2U);
  EXPECT_EQ(parsed.runs[0].count, 1U);
  EXPECT_EQ(parsed.runs[1].kind, RunKind::end_of_session);
  EXPECT_EQ(parsed.runs[1].first, 45U);
}

TEST(Opra, ABlockSentAgainIsARetransmission) {
  const auto run = Stream("opra").run(block({.number = 9, .messages = 2, .retransmission = 'V'}, message("Dk ", 30)));
  EXPECT_EQ(run.kind, RunKind::retransmission);
  EXPECT_EQ(run.first, 9U);
  EXPECT_EQ(run.count, 2U);
}

TEST(Opra, AGoodChecksumIsCertainAndABadOneExcludes) {
  const Stream stream("opra");
  auto wire = block({}, message("Dk ", 30));
  EXPECT_EQ(stream.recognise(wire), Recognition::certain);
  EXPECT_EQ(find_framing("opra")->recognise(datagram(wire, 30)), Recognition::plausible) << "cut: not checked";
  wire.put_be16(19, 2);
  EXPECT_EQ(stream.recognise(wire), Recognition::no);
}

TEST(Opra, ABlockWithoutMessagesOrWithMoreThanFitIsMalformed) {
  Stream stream("opra");
  EXPECT_EQ(stream.parse(block({.messages = 0}, message("Dk "))).outcome, DecodeOutcome::malformed);
  EXPECT_EQ(stream.parse(block({.messages = 11}, message("Dk ", 29))).outcome, DecodeOutcome::malformed);
  auto longer = block({}, message("Dk ", 29));
  longer.put_be16(1, 54);
  EXPECT_EQ(stream.parse(longer).outcome, DecodeOutcome::malformed);
}

TEST(Opra, GivesTheBodyOfABlockAsOneSpanOfAllItsUnits) {
  const auto wire = block({.number = 9, .messages = 2}, message("Dk ", 30));
  const auto spans = Stream("opra").messages(datagram(wire));
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans[0].sequence, 9U);
  EXPECT_EQ(spans[0].units, 2U);
  EXPECT_EQ(spans[0].bytes.size(), 33U);
  EXPECT_TRUE(Stream("opra").messages(datagram(wire, 40)).empty()) << "cut";
}

}  // namespace
}  // namespace wirecause
