// RTP: packets by hand from RFC 3550, and what must not be taken for it.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/feed/framings/wire.hpp"

namespace wirecause {
namespace {

using test::datagram;
using test::Stream;
using test::Wire;

constexpr std::uint32_t kSource = 0x6d1c3cfa;

Wire rtp(unsigned first_byte, unsigned second_byte, unsigned sequence, std::uint32_t source = kSource) {
  return Wire().u8(first_byte).u8(second_byte).be16(sequence).be32(160).be32(source);
}

TEST(Rtp, NumbersPacketsOfASource) {
  Stream stream("rtp");
  const auto run = stream.run(rtp(0x80, 0, 65'535).fill(160));
  EXPECT_EQ(run.kind, RunKind::data);
  EXPECT_EQ(run.first, 65'535U);
  EXPECT_EQ(run.count, 1U);
  EXPECT_EQ(run.channel, kSource);
  EXPECT_EQ(run.send_time.kind, SendTime::Kind::none);
  EXPECT_EQ(stream.framing().unit, SequenceUnit::packet);
  EXPECT_EQ(stream.framing().numbers.first, 0U);
  EXPECT_EQ(stream.framing().numbers.last, 65'535U);
}

TEST(Rtp, RtcpAndStunOnTheSameSocketAreNotMine) {
  Stream stream("rtp");
  EXPECT_EQ(stream.parse(rtp(0x81, 200, 6).fill(16)).outcome, DecodeOutcome::not_mine) << "sender report";
  EXPECT_EQ(stream.parse(rtp(0x81, 207, 6).fill(16)).outcome, DecodeOutcome::not_mine) << "extended report";
  EXPECT_EQ(stream.parse(Wire().be16(1).be16(0).be32(0x2112a442).fill(12)).outcome, DecodeOutcome::not_mine) << "STUN";
}

TEST(Rtp, ReadsPastSourcesAndExtensionToThePayload) {
  const auto wire = rtp(0x92, 96, 5).be32(1).be32(2).be16(0xbede).be16(1).be32(9).text("media");
  EXPECT_EQ(Stream("rtp").recognise(wire), Recognition::plausible);
  const auto spans = Stream("rtp").messages(datagram(wire));
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans[0].sequence, 5U);
  EXPECT_EQ(spans[0].channel, kSource);
  EXPECT_EQ(spans[0].bytes.size(), 5U);
}

TEST(Rtp, AHeaderThatDoesNotFitIsMalformed) {
  Stream stream("rtp");
  EXPECT_EQ(stream.parse(rtp(0x8f, 96, 5).fill(59)).outcome, DecodeOutcome::malformed) << "sources";
  EXPECT_EQ(stream.parse(rtp(0x90, 96, 5).be16(0).be16(2).be32(0)).outcome, DecodeOutcome::malformed) << "extension";
  EXPECT_EQ(stream.parse(rtp(0x90, 96, 5).be16(0)).outcome, DecodeOutcome::malformed) << "half an extension";
}

TEST(Rtp, RecognisesAssignedAndDynamicPayloadTypes) {
  const Stream stream("rtp");
  const auto of_type = [&](unsigned type) { return stream.recognise(rtp(0x80, type, 5).fill(20)); };
  for (const unsigned type : {0U, 3U, 8U, 9U, 18U, 26U, 33U, 34U, 96U, 127U, 0x80U | 96U}) {
    EXPECT_EQ(of_type(type), Recognition::plausible) << type;
  }
  for (const unsigned type : {1U, 2U, 19U, 24U, 27U, 30U, 35U, 72U, 76U, 95U, 200U, 201U}) {
    EXPECT_EQ(of_type(type), Recognition::no) << type;
  }
}

TEST(Rtp, IsNotSeenInOtherTraffic) {
  const Stream stream("rtp");
  const auto wire = rtp(0x80, 96, 5).fill(20);
  EXPECT_EQ(stream.recognise(rtp(0x40, 96, 5).fill(20)), Recognition::no) << "QUIC";
  EXPECT_EQ(stream.recognise(rtp(0x16, 0xfe, 5).fill(20)), Recognition::no) << "DTLS";
  EXPECT_EQ(stream.recognise(rtp(0x80, 96, 5, 0).fill(20)), Recognition::no) << "no source";
  EXPECT_EQ(stream.recognise(rtp(0x80, 96, 5)), Recognition::no) << "no payload";
  EXPECT_EQ(stream.recognise(rtp(0xa0, 96, 5).fill(19).u8(21)), Recognition::no) << "more padding than payload";
  EXPECT_EQ(stream.recognise(rtp(0xa0, 96, 5).fill(20)), Recognition::no) << "no padding where it is announced";
  Datagram dns = datagram(wire);
  dns.source_port = 53;
  EXPECT_EQ(stream.framing().recognise(dns), Recognition::no) << "a port of another service";
}

TEST(Rtp, ACutPacketStillHasItsNumber) {
  const auto wire = rtp(0x90, 96, 5).be16(0xbede).be16(1).be32(9).text("media");
  Stream stream("rtp");
  for (std::size_t captured = 12; captured < wire.size(); ++captured) {
    const Parsed& parsed = stream.parse(datagram(wire, captured));
    EXPECT_EQ(parsed.outcome, DecodeOutcome::truncated) << captured;
    ASSERT_EQ(parsed.run_count, 1U) << captured;
    EXPECT_EQ(parsed.runs[0].first, 5U);
    EXPECT_TRUE(stream.messages(datagram(wire, captured)).empty());
  }
}

}  // namespace
}  // namespace wirecause
