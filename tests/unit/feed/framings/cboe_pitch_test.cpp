// Cboe Multicast PITCH: units by hand from the specification 2.41.66.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/feed/framings/wire.hpp"

namespace wirecause {
namespace {

using test::datagram;
using test::Stream;
using test::Wire;

constexpr std::uint32_t kHalfPastNine = 34'200;
constexpr std::int64_t kSecond = 1'000'000'000;

Wire unit(unsigned number, std::uint64_t sequence, unsigned count, const Wire& messages = {}) {
  return Wire().le16(8 + messages.size()).u8(count).u8(number).le32(sequence).add(messages);
}
Wire time(std::uint32_t seconds) { return Wire().u8(6).u8(0x20).le32(seconds); }
Wire delete_order(std::uint32_t ns) { return Wire().u8(14).u8(0x29).le32(ns).le64(77); }

TEST(CboePitch, NumbersMessagesPerUnit) {
  const auto run = Stream("cboe_pitch").run(unit(2, 47'690, 2, time(kHalfPastNine).add(delete_order(5))));
  EXPECT_EQ(run.kind, RunKind::data);
  EXPECT_EQ(run.channel, 2U);
  EXPECT_EQ(run.first, 47'690U);
  EXPECT_EQ(run.count, 2U);
  EXPECT_EQ(run.messages, 2U);
}

TEST(CboePitch, AHeartbeatCarriesTheNextNumber) {
  const auto run = Stream("cboe_pitch").run(unit(2, 47'692, 0));
  EXPECT_EQ(run.kind, RunKind::heartbeat);
  EXPECT_TRUE(run.has_number);
  EXPECT_EQ(run.first, 47'692U);
}

TEST(CboePitch, AHeartbeatWithSequenceZeroTellsNothing) {
  const auto run = Stream("cboe_pitch").run(unit(2, 0, 0));
  EXPECT_EQ(run.kind, RunKind::heartbeat);
  EXPECT_FALSE(run.has_number);
}

TEST(CboePitch, MessagesWithSequenceZeroAreUnsequenced) {
  const auto run = Stream("cboe_pitch").run(unit(2, 0, 1, Wire().u8(38).u8(0x2e).fill(36)));
  EXPECT_EQ(run.kind, RunKind::unsequenced);
  EXPECT_FALSE(run.has_number);
  EXPECT_EQ(run.count, 0U);
  EXPECT_EQ(run.messages, 1U);
}

TEST(CboePitch, NumbersWrapToOne) {
  Stream stream("cboe_pitch");
  EXPECT_EQ(stream.framing().numbers.first, 1U);
  EXPECT_EQ(stream.framing().numbers.last, 0xffff'ffffU);
  const auto wire = unit(2, 0xffff'ffff, 2, delete_order(1).add(delete_order(2)));
  EXPECT_EQ(stream.run(wire).first, 0xffff'ffffU);
  const auto spans = stream.messages(datagram(wire));
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[1].sequence, 1U);
  EXPECT_EQ(spans[1].channel, 2U);
}

TEST(CboePitch, AddsTheOffsetOfAMessageToTheLastTime) {
  Stream stream("cboe_pitch");
  const auto first = stream.run(unit(2, 1, 2, time(kHalfPastNine).add(delete_order(754'000))));
  EXPECT_EQ(first.send_time.kind, SendTime::Kind::since_local_midnight);
  EXPECT_EQ(first.send_time.ns, kHalfPastNine * kSecond + 754'000);
  const auto second = stream.run(unit(2, 3, 1, delete_order(900'000'000)));
  EXPECT_EQ(second.send_time.ns, kHalfPastNine * kSecond + 900'000'000);
  EXPECT_EQ(stream.framing().time_zone, "America/New_York");
}

TEST(CboePitch, KnowsNoTimeBeforeTheFirstTimeMessage) {
  EXPECT_EQ(Stream("cboe_pitch").run(unit(2, 3, 1, delete_order(9))).send_time.kind, SendTime::Kind::none);
}

TEST(CboePitch, ForgetsTheSecondWhileAMessageIsMissing) {
  Stream stream("cboe_pitch");
  stream.run(unit(2, 1, 1, time(kHalfPastNine)));
  EXPECT_EQ(stream.run(unit(2, 3, 1, delete_order(9))).send_time.kind, SendTime::Kind::none) << "2 may be a Time";
  EXPECT_EQ(stream.run(unit(2, 4, 1, delete_order(9))).send_time.kind, SendTime::Kind::none);
  EXPECT_EQ(stream.run(unit(2, 2, 1, time(kHalfPastNine))).send_time.kind, SendTime::Kind::none) << "late";
  EXPECT_EQ(stream.run(unit(2, 5, 1, delete_order(9))).send_time.kind, SendTime::Kind::none);
  const auto run = stream.run(unit(2, 6, 2, time(kHalfPastNine + 1).add(delete_order(9))));
  EXPECT_EQ(run.send_time.ns, (kHalfPastNine + 1) * kSecond + 9);
}

TEST(CboePitch, AHeartbeatThatShowsALossForgetsTheSecondToo) {
  Stream stream("cboe_pitch");
  stream.run(unit(2, 1, 1, time(kHalfPastNine)));
  stream.run(unit(2, 9, 0));
  EXPECT_EQ(stream.run(unit(2, 9, 1, delete_order(9))).send_time.kind, SendTime::Kind::none);
}

TEST(CboePitch, KeepsAClockForEachUnitOfAGroup) {
  Stream stream("cboe_pitch");
  stream.run(unit(2, 1, 1, time(kHalfPastNine)));
  stream.run(unit(3, 70, 1, time(kHalfPastNine + 1)));
  EXPECT_EQ(stream.run(unit(2, 2, 1, delete_order(9))).send_time.ns, kHalfPastNine * kSecond + 9);
  EXPECT_EQ(stream.run(unit(3, 71, 1, delete_order(9))).send_time.ns, (kHalfPastNine + 1) * kSecond + 9);
}

TEST(CboePitch, ATimeAfterTheMessageDoesNotDateIt) {
  Stream stream("cboe_pitch");
  stream.run(unit(2, 1, 1, time(kHalfPastNine)));
  const auto run = stream.run(unit(2, 2, 2, delete_order(999'999'999).add(time(kHalfPastNine + 1))));
  EXPECT_EQ(run.send_time.ns, kHalfPastNine * kSecond + 999'999'999);
  EXPECT_EQ(stream.run(unit(2, 4, 1, delete_order(0))).send_time.ns, (kHalfPastNine + 1) * kSecond);
}

TEST(CboePitch, LengthsThatContradictTheDatagramAreMalformed) {
  Stream stream("cboe_pitch");
  EXPECT_EQ(stream.parse(Wire().le16(9).u8(0).u8(1).le32(5)).outcome, DecodeOutcome::malformed) << "past the end";
  EXPECT_EQ(stream.parse(Wire().le16(7).u8(0).u8(1).le32(5)).outcome, DecodeOutcome::malformed) << "below the header";
  EXPECT_EQ(stream.parse(unit(2, 1, 2, delete_order(1))).outcome, DecodeOutcome::malformed) << "count";
  EXPECT_EQ(stream.parse(unit(2, 1, 1, Wire().u8(1).u8(0x29))).outcome, DecodeOutcome::malformed) << "length 1";
  EXPECT_EQ(stream.parse(unit(2, 1, 1, Wire().u8(0).u8(0x29))).outcome, DecodeOutcome::malformed) << "length 0";
}

TEST(CboePitch, AMalformedUnitLeavesTheClockAlone) {
  Stream stream("cboe_pitch");
  stream.run(unit(2, 1, 1, time(kHalfPastNine)));
  stream.parse(unit(2, 50, 2, time(kHalfPastNine + 9)));
  EXPECT_EQ(stream.run(unit(2, 2, 1, delete_order(9))).send_time.ns, kHalfPastNine * kSecond + 9);
}

TEST(CboePitch, RecognisesUnitsThatTheirMessagesFill) {
  const Stream stream("cboe_pitch");
  EXPECT_EQ(stream.recognise(unit(2, 1, 2, time(1).add(delete_order(1)))), Recognition::plausible);
  EXPECT_EQ(stream.recognise(unit(2, 1, 0)), Recognition::plausible);
  EXPECT_EQ(stream.recognise(unit(2, 1, 1, time(1).add(delete_order(1)))), Recognition::no) << "count";
  EXPECT_EQ(stream.recognise(unit(2, 1, 1, Wire().u8(6).u8(0x1f).le32(1))), Recognition::no) << "type";
  EXPECT_EQ(stream.recognise(unit(2, 1, 1, Wire().u8(5).u8(0x20).fill(3))), Recognition::no) << "too short a message";
  EXPECT_EQ(stream.recognise(unit(2, 1, 0).u8(0)), Recognition::no) << "length";
}

}  // namespace
}  // namespace wirecause
