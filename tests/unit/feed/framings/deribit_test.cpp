// Deribit multicast: frames by hand. Header as in the samples of its SBE multicast feed.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/feed/framings/wire.hpp"

namespace wirecause {
namespace {

using test::datagram;
using test::Stream;
using test::Wire;

Wire frame(unsigned channel, std::uint64_t sequence, unsigned block = 8, unsigned id = 1008, unsigned schema = 1) {
  Wire wire = Wire().le16(12 + block).le16(channel).le32(sequence);
  return wire.le16(block).le16(id).le16(schema).le16(2).le16(0).le16(0).fill(block, 0x5a);
}

TEST(Deribit, NumbersAFrameAndNotItsMessages) {
  Stream stream("deribit");
  const auto run = stream.run(frame(21, 0));
  EXPECT_EQ(run.kind, RunKind::data);
  EXPECT_EQ(run.channel, 21U);
  EXPECT_EQ(run.first, 0U) << "numbers start at 0";
  EXPECT_EQ(run.count, 1U);
  EXPECT_EQ(run.messages, 0U);
  EXPECT_FALSE(stream.parse(frame(21, 1)).messages_known);
  EXPECT_EQ(stream.framing().numbers.first, 0U);
}

TEST(Deribit, AdjoiningFramesOfAChannelAreOneRun) {
  const auto run = Stream("deribit").run(frame(21, 7).add(frame(21, 8)).add(frame(21, 9)));
  EXPECT_EQ(run.first, 7U);
  EXPECT_EQ(run.count, 3U);
}

TEST(Deribit, AdjoiningFramesAcrossTheWrapAreOneRun) {
  const auto run = Stream("deribit").run(frame(21, 0xffff'ffff).add(frame(21, 0)));
  EXPECT_EQ(run.first, 0xffff'ffffU);
  EXPECT_EQ(run.count, 2U);
}

TEST(Deribit, AnotherChannelOrAJumpIsAnotherRun) {
  const Parsed parsed = Stream("deribit").parse(frame(21, 7).add(frame(22, 8)).add(frame(22, 10)));
  ASSERT_EQ(parsed.run_count, 3U);
  EXPECT_EQ(parsed.runs[1].channel, 22U);
  EXPECT_EQ(parsed.runs[1].first, 8U);
  EXPECT_EQ(parsed.runs[2].first, 10U);
}

TEST(Deribit, ADatagramOfMoreRunsThanFitIsParsedInPieces) {
  Wire wire;
  for (unsigned i = 0; i < 40; ++i) wire.add(frame(i, i));
  Stream stream("deribit");
  std::vector<std::uint32_t> channels;
  std::size_t offset = 0;
  int pieces = 0;
  do {
    const Parsed& parsed = stream.parse(datagram(wire), offset);
    ASSERT_EQ(parsed.outcome, DecodeOutcome::ok);
    for (const auto& run : parsed.all()) channels.push_back(run.channel);
    offset = parsed.resume_at;
    ++pieces;
  } while (offset != 0);
  EXPECT_EQ(pieces, 3);
  ASSERT_EQ(channels.size(), 40U);
  EXPECT_EQ(channels.back(), 39U);
}

TEST(Deribit, FramesBeyondTheCutMakeTheCountAMinimum) {
  const auto wire = frame(21, 7).add(frame(21, 8)).add(frame(21, 9));
  Stream stream("deribit");
  const Parsed& parsed = stream.parse(datagram(wire, 2 * frame(21, 7).size() + 5));
  EXPECT_EQ(parsed.outcome, DecodeOutcome::truncated);
  ASSERT_EQ(parsed.run_count, 1U);
  EXPECT_EQ(parsed.runs[0].count, 2U);
  EXPECT_TRUE(parsed.runs[0].count_is_minimum);
}

TEST(Deribit, ACutInsideTheLastFrameHidesNoFrame) {
  const auto wire = frame(21, 7).add(frame(21, 8));
  Stream stream("deribit");
  const Parsed& parsed = stream.parse(datagram(wire, wire.size() - 3));
  EXPECT_EQ(parsed.outcome, DecodeOutcome::truncated);
  ASSERT_EQ(parsed.run_count, 1U);
  EXPECT_EQ(parsed.runs[0].count, 2U);
  EXPECT_FALSE(parsed.runs[0].count_is_minimum);
}

TEST(Deribit, LengthsThatContradictTheDatagramAreMalformed) {
  Stream stream("deribit");
  EXPECT_EQ(stream.parse(frame(21, 7).add(Wire().le16(200)).fill(30)).outcome, DecodeOutcome::malformed);
  EXPECT_EQ(stream.parse(frame(21, 7).u8(0)).outcome, DecodeOutcome::malformed) << "slack";
  EXPECT_EQ(stream.parse(Wire().fill(64)).outcome, DecodeOutcome::malformed) << "a frame without its SBE header";
}

TEST(Deribit, RecognisesFramesOfItsSchema) {
  const Stream stream("deribit");
  EXPECT_EQ(stream.recognise(frame(21, 7).add(frame(22, 8))), Recognition::plausible);
  EXPECT_EQ(stream.recognise(frame(21, 7, 8, 999)), Recognition::no) << "template";
  EXPECT_EQ(stream.recognise(frame(21, 7, 8, 1008, 2)), Recognition::no) << "schema";
  EXPECT_EQ(stream.recognise(frame(21, 7).add(frame(22, 8, 8, 999))), Recognition::no) << "second frame";
  EXPECT_EQ(stream.recognise(frame(21, 7).u8(0)), Recognition::no) << "slack";
  EXPECT_EQ(stream.recognise(Wire()), Recognition::no) << "nothing";
}

TEST(Deribit, GivesEachFrameAfterItsHeaderAsASpan) {
  const auto spans = Stream("deribit").messages(datagram(frame(21, 7).add(frame(22, 8, 4))));
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[1].sequence, 8U);
  EXPECT_EQ(spans[1].channel, 22U);
  EXPECT_EQ(spans[1].bytes.size(), 16U);
}

}  // namespace
}  // namespace wirecause
