// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "packet/decode.hpp"
#include "support/packet_builder.hpp"

namespace wirecause {
namespace {

using test::Packet;
using test::PacketBuilder;
using test::view_of;

PacketBuilder v4() { return PacketBuilder{}.ipv4("10.0.0.1", "10.0.0.2"); }
PacketBuilder v6() { return PacketBuilder{}.ipv6("2001:db8::1", "2001:db8::2"); }

Decoded decoded(const PacketBuilder& builder) {
  const Packet packet = builder.build();
  Decoded out;
  decode(view_of(packet), out);
  return out;
}

TEST(Udp, ReadsPortsAndPayload) {
  const Packet packet = v4().udp(1000, 26400).payload("abc").build();
  Decoded d;
  decode(view_of(packet), d);
  EXPECT_EQ(d.outcome, DecodeOutcome::ok);
  EXPECT_EQ(d.stopped_at, Layer::payload);
  EXPECT_EQ(d.source_port, 1000);
  EXPECT_EQ(d.destination_port, 26400);
  ASSERT_EQ(d.payload.size(), 3U);
  EXPECT_EQ(d.payload[0], std::byte{'a'});
  EXPECT_EQ(d.transport_checksum, Checksum::good);
}

TEST(Udp, TellsGoodBadAndAbsentChecksums) {
  EXPECT_EQ(decoded(v4().udp(1, 2).payload("abc").bad_checksum()).transport_checksum, Checksum::bad);
  EXPECT_EQ(decoded(v6().udp(1, 2).payload("abc").bad_checksum()).transport_checksum, Checksum::bad);
  EXPECT_EQ(decoded(v4().udp(1, 2).payload("abc").no_checksum()).transport_checksum, Checksum::absent);
  EXPECT_EQ(decoded(v6().udp(1, 2).payload("abc").no_checksum()).transport_checksum, Checksum::absent);  // RFC 6935
}

TEST(Udp, DoesNotJudgeAChecksumThatIsNotFilledIn) {
  for (const PacketBuilder& builder :
       {v4().udp(1, 2).payload("abc").bad_checksum(), v4().vlan(5).vlan(6).udp(1, 2).payload("abc").bad_checksum(),
        v4().udp(1, 2).payload("abc").no_checksum(), v6().udp(1, 2).payload("abc").bad_checksum()}) {
    const Packet packet = builder.build();
    PacketView view = view_of(packet);
    view.is_checksum_unfilled = true;
    Decoded d;
    decode(view, d);
    EXPECT_EQ(d.transport_checksum, Checksum::unfilled);
    EXPECT_EQ(d.outcome, DecodeOutcome::ok);
  }
}

TEST(Udp, IsMalformedWithALengthThatCannotBe) {
  EXPECT_EQ(decoded(v4().udp(1, 2).payload("abc").udp_length(7)).outcome, DecodeOutcome::malformed);
  EXPECT_EQ(decoded(v4().udp(1, 2).payload("abc").udp_length(0)).outcome, DecodeOutcome::malformed);
  EXPECT_EQ(decoded(v4().udp(1, 2).payload("abc").udp_length(12)).outcome, DecodeOutcome::malformed);
  EXPECT_EQ(decoded(v6().udp(1, 2).payload("abc").udp_length(0)).outcome, DecodeOutcome::malformed);  // no jumbogram
}

TEST(Udp, LeavesBytesBehindItsLengthToIp) {
  const Decoded d = decoded(v4().udp(1, 2).payload("abcdef").udp_length(11));
  EXPECT_EQ(d.outcome, DecodeOutcome::ok);
  EXPECT_EQ(d.payload.size(), 3U);
}

TEST(Udp, IsMalformedWhereIpLeavesNoRoomForItsHeader) {
  EXPECT_EQ(decoded(v4().udp(1, 2).payload("abc").ip_total_length(25)).outcome, DecodeOutcome::malformed);
}

TEST(Tcp, ReadsTheHeaderAndItsOptions) {
  const Decoded d =
      decoded(v4().tcp(443, 50'000, 0x01020304, 0x05060708, 0x18).tcp_options({1, 1, 1, 0}).payload("abc"));
  EXPECT_EQ(d.outcome, DecodeOutcome::ok);
  EXPECT_EQ(d.transport, Transport::tcp);
  EXPECT_EQ(d.source_port, 443);
  EXPECT_EQ(d.destination_port, 50'000);
  EXPECT_EQ(d.tcp.sequence, 0x01020304U);
  EXPECT_EQ(d.tcp.acknowledgement, 0x05060708U);
  EXPECT_EQ(d.tcp.flags, 0x18);
  EXPECT_EQ(d.tcp.window, 8192);
  EXPECT_EQ(d.tcp.options.size(), 4U);
  EXPECT_EQ(d.payload.size(), 3U);
  EXPECT_EQ(d.transport_checksum, Checksum::good);
}

TEST(Tcp, TellsGoodFromBadChecksums) {
  EXPECT_EQ(decoded(v6().tcp(1, 2).payload("abc")).transport_checksum, Checksum::good);
  EXPECT_EQ(decoded(v6().tcp(1, 2).payload("abc").bad_checksum()).transport_checksum, Checksum::bad);
  EXPECT_EQ(decoded(v4().tcp(1, 2).payload("abc").bad_checksum()).transport_checksum, Checksum::bad);
}

TEST(Tcp, IsMalformedWithAHeaderLengthThatCannotBe) {
  EXPECT_EQ(decoded(v4().tcp(1, 2).tcp_header_words(4)).outcome, DecodeOutcome::malformed);
  EXPECT_EQ(decoded(v4().tcp(1, 2).tcp_header_words(6)).outcome, DecodeOutcome::malformed);  // no room for options
}

TEST(Messages, ReadTypeAndCode) {
  const Decoded unreachable = decoded(v4().icmp(3, 4).payload(28));
  EXPECT_EQ(unreachable.transport, Transport::icmp);
  EXPECT_EQ(unreachable.message_type, 3);
  EXPECT_EQ(unreachable.message_code, 4);
  const Decoded report = decoded(v4().igmp(0x22));
  EXPECT_EQ(report.transport, Transport::igmp);
  EXPECT_EQ(report.message_type, 0x22);
  const Decoded too_big = decoded(v6().icmpv6(2, 0));
  EXPECT_EQ(too_big.transport, Transport::icmpv6);
  EXPECT_EQ(too_big.message_type, 2);
  for (const Decoded& d : {unreachable, report, too_big}) EXPECT_EQ(d.outcome, DecodeOutcome::ok);
}

}  // namespace
}  // namespace wirecause
