// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "packet/decode.hpp"
#include "support/packet_builder.hpp"

namespace wirecause {
namespace {

using test::Octets;
using test::Packet;
using test::PacketBuilder;
using test::view_of;

PacketBuilder v4() { return PacketBuilder{}.ipv4("10.0.0.1", "239.1.1.1").udp(1000, 26400).payload("0123456789"); }
PacketBuilder v6() { return PacketBuilder{}.ipv6("2001:db8::1", "ff15::1").udp(1000, 26400).payload("0123456789"); }

Decoded decoded(const PacketBuilder& builder) {
  const Packet packet = builder.build();
  Decoded out;
  decode(view_of(packet, builder.link_type()), out);
  return out;
}

Octets zeros(std::size_t n) { return Octets(n, 0); }

TEST(Ipv4, ReadsTheHeader) {
  const Decoded d = decoded(v4().ttl(16).ip_id(4711).traffic_class(0xb8));
  EXPECT_EQ(d.ip_version, 4);
  EXPECT_EQ(d.source.text(), "10.0.0.1");
  EXPECT_EQ(d.destination.text(), "239.1.1.1");
  EXPECT_EQ(d.ttl, 16);
  EXPECT_EQ(d.ip_id, 4711U);
  EXPECT_EQ(d.traffic_class, 0xb8);
  EXPECT_EQ(d.ip_length, 38U);
  EXPECT_EQ(d.ip_protocol, 17);
  EXPECT_EQ(d.ip_checksum, Checksum::good);
  EXPECT_FALSE(d.is_fragment);
}

TEST(Ipv4, StepsOverOptions) {
  const Decoded d = decoded(v4().ip_options({0x94, 4, 0, 0, 1, 1, 1, 0}));  // router alert, padding
  EXPECT_EQ(d.outcome, DecodeOutcome::ok);
  EXPECT_EQ(d.destination_port, 26400);
  EXPECT_EQ(d.ip_checksum, Checksum::good);
  EXPECT_EQ(d.transport_offset, 14U + 28U);
}

TEST(Ipv4, SeesABadHeaderChecksum) {
  const Decoded d = decoded(v4().bad_ip_checksum());
  EXPECT_EQ(d.outcome, DecodeOutcome::ok);
  EXPECT_EQ(d.ip_checksum, Checksum::bad);
}

TEST(Ipv4, TrimsEthernetPadding) {
  const Decoded d = decoded(PacketBuilder{}.ipv4("10.0.0.1", "10.0.0.2").udp(1, 2).payload("abc").padded_to(60));
  EXPECT_EQ(d.payload.size(), 3U);
  EXPECT_EQ(d.payload_wire_length, 3U);
  EXPECT_EQ(d.transport_checksum, Checksum::good);
}

TEST(Ipv4, TakesTheFrameForALengthOfZero) {  // segmentation left to the NIC
  const Decoded d =
      decoded(PacketBuilder{}.ipv4("10.0.0.1", "10.0.0.2").tcp(1, 2).payload("0123456789").ip_total_length(0));
  EXPECT_EQ(d.outcome, DecodeOutcome::ok);
  EXPECT_EQ(d.ip_length, 50U);
  EXPECT_EQ(d.payload.size(), 10U);
}

TEST(Ipv4, IsMalformedWhenItsLengthExceedsTheWire) {
  EXPECT_EQ(decoded(v4().ip_total_length(39)).outcome, DecodeOutcome::malformed);
}

TEST(Ipv4, IsTruncatedWhenItsLengthExceedsOnlyTheCapture) {
  const Packet packet = v4().build();
  PacketView view = view_of(packet);
  view.bytes = view.bytes.first(40);
  Decoded d;
  decode(view, d);
  EXPECT_EQ(d.outcome, DecodeOutcome::truncated);
  EXPECT_EQ(d.stopped_at, Layer::transport);
  EXPECT_EQ(d.ip_length, 38U);
  EXPECT_EQ(d.destination_port, 26400);  // its four bytes were captured
}

TEST(Ipv4, IsMalformedWhenTheHeaderContradictsItself) {
  Packet version = v4().build();
  version[14] = std::byte{0x55};
  Packet length = v4().build();
  length[14] = std::byte{0x44};  // 16 bytes of header
  for (const Packet& packet : {version, length}) {
    Decoded d;
    decode(view_of(packet), d);
    EXPECT_EQ(d.outcome, DecodeOutcome::malformed);
    EXPECT_EQ(d.stopped_at, Layer::network);
  }
  EXPECT_EQ(decoded(v4().ip_total_length(12)).outcome, DecodeOutcome::malformed);  // less than its own header
}

TEST(Ipv4, ReadsTheTransportOfAFirstFragmentButNotItsChecksum) {
  const Decoded d = decoded(v4().fragment(0, true).udp_length(3000));
  EXPECT_EQ(d.outcome, DecodeOutcome::ok);
  EXPECT_TRUE(d.is_fragment);
  EXPECT_EQ(d.transport, Transport::udp);
  EXPECT_EQ(d.destination_port, 26400);
  EXPECT_EQ(d.transport_checksum, Checksum::not_checked);
  EXPECT_EQ(d.payload.size(), 10U);
}

TEST(Ipv4, StopsAtALaterFragment) {
  const Decoded d = decoded(v4().fragment(1480, false));
  EXPECT_EQ(d.outcome, DecodeOutcome::ok);
  EXPECT_TRUE(d.is_fragment);
  EXPECT_EQ(d.fragment_offset, 1480U);
  EXPECT_EQ(d.transport, Transport::none);
  EXPECT_EQ(d.destination_port, 0);
  EXPECT_EQ(d.payload.size(), 18U);  // whatever IP carries
}

TEST(Ipv4, StopsAtAFragmentTooSmallForItsTransportHeader) {
  const Decoded d = decoded(PacketBuilder{}.ipv4("10.0.0.1", "10.0.0.2").ip_protocol(99).payload(8).fragment(0, true));
  EXPECT_EQ(d.outcome, DecodeOutcome::unsupported);
  Packet tiny = PacketBuilder{}.ipv4("10.0.0.1", "10.0.0.2").ip_protocol(99).payload(8).fragment(0, true).build();
  tiny[23] = std::byte{6};  // TCP, of whose header 8 bytes are here (RFC 1858)
  Decoded t;
  decode(view_of(tiny), t);
  EXPECT_EQ(t.outcome, DecodeOutcome::ok);
  EXPECT_EQ(t.transport, Transport::none);
}

TEST(Ipv4, CountsAnotherProtocol) {
  const Decoded d = decoded(PacketBuilder{}.ipv4("10.0.0.1", "10.0.0.2").ip_protocol(47).payload(20));
  EXPECT_EQ(d.outcome, DecodeOutcome::unsupported);
  EXPECT_EQ(d.stopped_at, Layer::ip_protocol);
  EXPECT_EQ(d.stopped_number, 47U);
  EXPECT_EQ(d.source.text(), "10.0.0.1");
}

TEST(Ipv6, ReadsTheHeader) {
  const Decoded d = decoded(v6().ttl(3).traffic_class(0xb8));
  EXPECT_EQ(d.outcome, DecodeOutcome::ok);
  EXPECT_EQ(d.ip_version, 6);
  EXPECT_EQ(d.source.text(), "2001:db8::1");
  EXPECT_EQ(d.destination.text(), "ff15::1");
  EXPECT_EQ(d.ttl, 3);
  EXPECT_EQ(d.traffic_class, 0xb8);
  EXPECT_EQ(d.ip_length, 58U);
  EXPECT_EQ(d.ip_checksum, Checksum::absent);
  EXPECT_EQ(d.transport_checksum, Checksum::good);
  EXPECT_EQ(d.payload.size(), 10U);
}

TEST(Ipv6, StepsOverExtensionHeaders) {
  Octets destination_options = zeros(16);
  destination_options[1] = 1;  // (1 + 1) * 8 bytes
  Octets authentication = zeros(24);
  authentication[1] = 4;  // (4 + 2) * 4 bytes
  const Decoded d = decoded(v6().extension(0, zeros(8))
                                .extension(43, zeros(8))
                                .extension(60, destination_options)
                                .extension(51, authentication));
  EXPECT_EQ(d.outcome, DecodeOutcome::ok);
  EXPECT_EQ(d.ip_protocol, 17);
  EXPECT_EQ(d.destination_port, 26400);
  EXPECT_EQ(d.transport_offset, 14U + 40U + 8U + 8U + 16U + 24U);
  EXPECT_EQ(d.transport_checksum, Checksum::good);
}

TEST(Ipv6, DoesNotVerifyAChecksumWhoseFinalDestinationIsNotInTheHeader) {
  Octets routing = zeros(24);
  routing[1] = 2;
  routing[3] = 1;  // one segment left
  EXPECT_EQ(decoded(v6().extension(43, routing)).transport_checksum, Checksum::not_checked);
}

TEST(Ipv6, DoesNotVerifyAChecksumOverAHomeAddress) {  // RFC 6275 6.3
  Octets options = zeros(24);
  options[1] = 2;
  options[2] = 1;  // PadN
  options[3] = 2;
  options[6] = 0xc9;
  options[7] = 16;
  EXPECT_EQ(decoded(v6().extension(60, options)).transport_checksum, Checksum::not_checked);
}

TEST(Ipv6, GivesUpOnAnEndlessChainOfExtensionHeaders) {
  PacketBuilder chain = v6();
  for (int i = 0; i < 40; ++i) chain.extension(60, zeros(8));
  EXPECT_EQ(decoded(chain).outcome, DecodeOutcome::unsupported);
}

TEST(Ipv6, ReadsFragmentHeaders) {
  const Decoded first = decoded(v6().udp_length(3000).extension(44, {0, 0, 0x00, 0x01, 0, 0, 0x12, 0x34}));
  EXPECT_EQ(first.outcome, DecodeOutcome::ok);
  EXPECT_TRUE(first.is_fragment);
  EXPECT_EQ(first.ip_id, 0x1234U);
  EXPECT_EQ(first.destination_port, 26400);
  EXPECT_EQ(first.transport_checksum, Checksum::not_checked);

  const Decoded later = decoded(v6().extension(44, {0, 0, 0x05, 0xc8, 0, 0, 0x12, 0x34}));
  EXPECT_EQ(later.outcome, DecodeOutcome::ok);
  EXPECT_TRUE(later.is_fragment);
  EXPECT_EQ(later.fragment_offset, 1480U);
  EXPECT_EQ(later.transport, Transport::none);
}

TEST(Ipv6, TakesAnAtomicFragmentForAWholePacket) {  // RFC 6946
  const Decoded d = decoded(v6().extension(44, {0, 0, 0, 0, 0, 0, 0x12, 0x34}));
  EXPECT_FALSE(d.is_fragment);
  EXPECT_EQ(d.transport_checksum, Checksum::good);
}

TEST(Ipv6, ReadsTheJumboPayloadOption) {  // RFC 2675: 8 bytes of hop-by-hop header and 70 008 of UDP
  const Octets jumbo{0, 0, 0xc2, 4, 0x00, 0x01, 0x11, 0x80};
  const Decoded d = decoded(v6().payload(70'000).udp_length(0).ip_total_length(0).extension(0, jumbo));
  EXPECT_EQ(d.outcome, DecodeOutcome::ok);
  EXPECT_EQ(d.ip_length, 40U + 70'016U);
  EXPECT_EQ(d.payload.size(), 70'000U);
  EXPECT_EQ(d.transport_checksum, Checksum::good);
}

TEST(Ipv6, EndsWellWhereNothingFollows) {
  const Decoded d = decoded(PacketBuilder{}.ipv6("2001:db8::1", "ff15::1").ip_protocol(59).padded_to(60));
  EXPECT_EQ(d.outcome, DecodeOutcome::ok);
  EXPECT_EQ(d.transport, Transport::none);
  EXPECT_EQ(d.payload.size(), 0U);
}

TEST(Ipv6, IsMalformedWhenItsLengthExceedsTheWire) {
  EXPECT_EQ(decoded(v6().ip_total_length(19)).outcome, DecodeOutcome::malformed);
}

TEST(Ipv6, IsMalformedWhenAnExtensionHeaderRunsPastThePacket) {
  Octets destination_options = zeros(8);
  destination_options[1] = 200;
  EXPECT_EQ(decoded(v6().extension(60, destination_options)).outcome, DecodeOutcome::malformed);
}

}  // namespace
}  // namespace wirecause
