// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "packet/decode.hpp"
#include "support/packet_builder.hpp"

namespace wirecause {
namespace {

using test::Packet;
using test::PacketBuilder;
using test::view_of;

PacketBuilder udp_datagram() { return PacketBuilder{}.ipv4("10.0.0.1", "239.1.1.1").udp(1000, 26400).payload("abc"); }

Decoded decoded(const Packet& packet, LinkType link_type = LinkType::ethernet) {
  Decoded out;
  decode(view_of(packet, link_type), out);
  return out;
}
Decoded decoded(const PacketBuilder& builder) { return decoded(builder.build(), builder.link_type()); }

void expect_datagram(const Decoded& d) {
  EXPECT_EQ(d.outcome, DecodeOutcome::ok);
  EXPECT_EQ(d.transport, Transport::udp);
  EXPECT_EQ(d.destination_port, 26400);
  EXPECT_EQ(d.payload.size(), 3U);
}

TEST(Link, ReadsTheMacAddressesOfEthernet) {
  const Decoded d = decoded(udp_datagram().ethernet("02:11:22:33:44:55", "01:00:5e:01:01:01"));
  expect_datagram(d);
  EXPECT_TRUE(d.has_mac);
  EXPECT_EQ(mac_text(d.source_mac), "02:11:22:33:44:55");
  EXPECT_EQ(mac_text(d.destination_mac), "01:00:5e:01:01:01");
  EXPECT_EQ(d.vlan, kNoVlan);
  EXPECT_EQ(d.network_offset, 14U);
  EXPECT_EQ(d.transport_offset, 34U);
}

TEST(Link, ReadsOneVlanTag) {
  const Decoded d = decoded(udp_datagram().vlan(0x6000 | 100));  // priority bits are not part of the id
  expect_datagram(d);
  EXPECT_EQ(d.vlan, 100);
  EXPECT_EQ(d.inner_vlan, kNoVlan);
}

TEST(Link, RecordsTwoTagsAndSkipsFurtherOnes) {
  const Decoded d = decoded(udp_datagram().vlan(10, 0x88a8).vlan(20, 0x9100).vlan(30));
  expect_datagram(d);
  EXPECT_EQ(d.vlan, 10);
  EXPECT_EQ(d.inner_vlan, 20);
}

TEST(Link, CountsAFrameOfNothingButTagsAsUnknown) {
  PacketBuilder frame = udp_datagram();
  for (int i = 0; i < 20; ++i) frame.vlan(1);
  const Decoded d = decoded(frame);
  EXPECT_EQ(d.outcome, DecodeOutcome::unsupported);
  EXPECT_EQ(d.stopped_at, Layer::ethertype);
  EXPECT_EQ(d.stopped_number, 0x8100U);
}

TEST(Link, FollowsSnapToItsEthertypeAndTrimsThePadding) {
  const Decoded d = decoded(udp_datagram().ieee8023_snap().padded_to(80));
  expect_datagram(d);
}

TEST(Link, CountsOtherLlcByItsDsap) {
  const Packet bpdu =
      PacketBuilder{}.ethertype(38).payload("\x42\x42\x03 0123456789012345678901234567890123456").build();
  const Decoded d = decoded(bpdu);
  EXPECT_EQ(d.outcome, DecodeOutcome::unsupported);
  EXPECT_EQ(d.stopped_at, Layer::llc);
  EXPECT_EQ(d.stopped_number, 0x42U);
}

TEST(Link, CallsAnIeee8023LengthBeyondTheFrameMalformed) {
  const Packet frame = PacketBuilder{}.ethertype(1000).payload("\x42\x42\x03 too short").build();
  EXPECT_EQ(decoded(frame).outcome, DecodeOutcome::malformed);
}

TEST(Link, CountsAnotherEthertype) {
  const Decoded d = decoded(PacketBuilder{}.ethertype(0x88cc).payload("lldp"));
  EXPECT_EQ(d.outcome, DecodeOutcome::unsupported);
  EXPECT_EQ(d.stopped_at, Layer::ethertype);
  EXPECT_EQ(d.stopped_number, 0x88ccU);
  EXPECT_EQ(d.ip_version, 0);
}

TEST(Link, ReadsLinuxCookedCapturesAndTheirDirection) {
  const Decoded received = decoded(udp_datagram().linux_sll(2));
  expect_datagram(received);
  EXPECT_FALSE(received.has_mac);
  EXPECT_EQ(received.direction, Direction::in);
  EXPECT_EQ(decoded(udp_datagram().linux_sll(4)).direction, Direction::out);
}

TEST(Link, ReadsLinuxCookedCapturesOfVersion2) {
  const Decoded sent = decoded(udp_datagram().linux_sll2(4));
  expect_datagram(sent);
  EXPECT_EQ(sent.direction, Direction::out);
}

TEST(Link, CountsCookedNumbersThatAreNoEthertype) {
  const Decoded can = decoded(udp_datagram().linux_sll().ethertype(0x000c));
  EXPECT_EQ(can.outcome, DecodeOutcome::unsupported);
  EXPECT_EQ(can.stopped_at, Layer::cooked_protocol);
  EXPECT_EQ(can.stopped_number, 0x000cU);
}

TEST(Link, CountsCookedNetlinkByItsDeviceType) {
  Packet packet = udp_datagram().linux_sll().build();
  packet[2] = std::byte{0x03};  // ARPHRD_NETLINK = 824
  packet[3] = std::byte{0x38};
  const Decoded d = decoded(packet, LinkType::linux_sll);
  EXPECT_EQ(d.outcome, DecodeOutcome::unsupported);
  EXPECT_EQ(d.stopped_at, Layer::cooked_device);
  EXPECT_EQ(d.stopped_number, 824U);
}

TEST(Link, ReadsRawIpByItsVersionNibble) {
  const Packet four = udp_datagram().raw_ip().build();
  for (const LinkType type : {LinkType::raw, LinkType::raw_bsd, LinkType::raw_openbsd, LinkType::ipv4}) {
    expect_datagram(decoded(four, type));
  }
  const Packet six = PacketBuilder{}.raw_ip().ipv6("2001:db8::1", "ff15::1").udp(1000, 26400).payload("abc").build();
  for (const LinkType type : {LinkType::raw, LinkType::ipv6}) expect_datagram(decoded(six, type));
  EXPECT_EQ(decoded(six, LinkType::ipv4).outcome, DecodeOutcome::malformed);
}

TEST(Link, ReadsLoopbackHeadersInEitherByteOrder) {
  expect_datagram(decoded(udp_datagram().loopback(2)));
  expect_datagram(decoded(udp_datagram().loopback(2, true)));
  for (const std::uint32_t family : {24U, 28U, 30U}) {
    expect_datagram(
        decoded(PacketBuilder{}.loopback(family).ipv6("2001:db8::1", "ff15::1").udp(1000, 26400).payload("abc")));
  }
  const Decoded other = decoded(udp_datagram().loopback(16));
  EXPECT_EQ(other.outcome, DecodeOutcome::unsupported);
  EXPECT_EQ(other.stopped_at, Layer::address_family);
  EXPECT_EQ(other.stopped_number, 16U);
}

TEST(Link, CountsAnUnknownLinkType) {
  const Decoded d = decoded(udp_datagram().build(), LinkType{127});
  EXPECT_EQ(d.outcome, DecodeOutcome::unsupported);
  EXPECT_EQ(d.stopped_at, Layer::link);
  EXPECT_EQ(d.stopped_number, 127U);
}

}  // namespace
}  // namespace wirecause
