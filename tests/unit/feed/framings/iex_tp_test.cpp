// IEX-TP: datagrams by hand from the IEX Transport Specification 1.26.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/feed/framings/wire.hpp"

namespace wirecause {
namespace {

using test::datagram;
using test::Stream;
using test::Wire;

constexpr std::uint64_t kSent = 1'517'060'400'128'000'000;
constexpr unsigned kTops = 0x8003;

Wire iex(unsigned protocol, std::size_t body, unsigned count, std::uint64_t sequence, std::uint64_t sent = kSent) {
  return Wire()
      .u8(1)
      .u8(0)
      .le16(protocol)
      .le32(7)
      .le32(1'150'681'088)
      .le16(body)
      .le16(count)
      .le64(929'101)
      .le64(sequence)
      .le64(sent);
}
Wire two_messages() { return Wire().le16(3).text("one").le16(5).text("three"); }

TEST(IexTp, NumbersEveryMessageAndCarriesChannelSessionAndTime) {
  const auto run = Stream("iex_tp").run(iex(kTops, 12, 2, 34'362).add(two_messages()));
  EXPECT_EQ(run.kind, RunKind::data);
  EXPECT_EQ(run.first, 34'362U);
  EXPECT_EQ(run.count, 2U);
  EXPECT_EQ(run.messages, 2U);
  EXPECT_EQ(run.channel, 7U);
  EXPECT_EQ(run.session, 1'150'681'088U);
  EXPECT_EQ(run.send_time.kind, SendTime::Kind::unix_epoch);
  EXPECT_EQ(run.send_time.ns, static_cast<std::int64_t>(kSent));
}

TEST(IexTp, AHeartbeatCarriesTheNextNumber) {
  const auto run = Stream("iex_tp").run(iex(kTops, 0, 0, 34'364));
  EXPECT_EQ(run.kind, RunKind::heartbeat);
  EXPECT_EQ(run.first, 34'364U);
  EXPECT_EQ(run.count, 0U);
}

TEST(IexTp, PrintsTheSessionAsANumber) { EXPECT_EQ(Stream("iex_tp").session_text(iex(kTops, 0, 0, 1)), "1150681088"); }

TEST(IexTp, OneHeaderThatAgreesIsCertain) {
  const Stream stream("iex_tp");
  EXPECT_EQ(stream.recognise(iex(kTops, 12, 2, 1).add(two_messages())), Recognition::certain);
  EXPECT_EQ(stream.recognise(iex(0x8005, 0, 0, 1)), Recognition::certain);
}

TEST(IexTp, EveryFieldOfTheHeaderMustAgree) {
  const Stream stream("iex_tp");
  EXPECT_EQ(stream.recognise(iex(0x8000, 0, 0, 1)), Recognition::no) << "protocol";
  EXPECT_EQ(stream.recognise(iex(0x8100, 0, 0, 1)), Recognition::no) << "protocol";
  EXPECT_EQ(stream.recognise(iex(kTops, 1, 0, 1).u8(0)), Recognition::no) << "a body without messages";
  EXPECT_EQ(stream.recognise(iex(kTops, 0, 1, 1)), Recognition::no) << "messages without a body";
  EXPECT_EQ(stream.recognise(iex(kTops, 0, 0, 1).u8(0)), Recognition::no) << "length";
  EXPECT_EQ(stream.recognise(iex(kTops, 0, 0, 0)), Recognition::no) << "sequence";
  EXPECT_EQ(stream.recognise(iex(kTops, 0, 0, 1, 77)), Recognition::no) << "time";
  EXPECT_EQ(stream.recognise(iex(kTops, 12, 3, 1).add(two_messages())), Recognition::no) << "count";
}

TEST(IexTp, LengthsThatContradictTheDatagramAreMalformed) {
  Stream stream("iex_tp");
  EXPECT_EQ(stream.parse(iex(kTops, 13, 2, 1).add(two_messages())).outcome, DecodeOutcome::malformed);
  EXPECT_EQ(stream.parse(iex(kTops, 12, 3, 1).add(two_messages())).outcome, DecodeOutcome::malformed);
  EXPECT_EQ(stream.parse(iex(kTops, 12, 2, ~std::uint64_t{0}).add(two_messages())).outcome, DecodeOutcome::malformed);
}

TEST(IexTp, AnotherProtocolOnTheSameGroupIsNotMine) {
  EXPECT_EQ(Stream("iex_tp").parse(iex(0x1234, 0, 0, 1)).outcome, DecodeOutcome::not_mine);
}

TEST(IexTp, GivesEachMessageWithItsNumberAndChannel) {
  const auto wire = iex(kTops, 12, 2, 34'362).add(two_messages());
  const auto spans = Stream("iex_tp").messages(datagram(wire));
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[1].sequence, 34'363U);
  EXPECT_EQ(spans[1].channel, 7U);
  EXPECT_EQ(spans[1].bytes.size(), 5U);
}

}  // namespace
}  // namespace wirecause
