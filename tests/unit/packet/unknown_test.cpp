// SPDX-License-Identifier: Apache-2.0
#include "packet/unknown.hpp"

#include <gtest/gtest.h>

#include "support/packet_builder.hpp"

namespace wirecause {
namespace {

using test::Packet;
using test::PacketBuilder;
using test::view_of;

std::string text_of(const Packet& packet, LinkType link_type = LinkType::ethernet) {
  Decoded d;
  decode(view_of(packet, link_type), d);
  return unknown_text(d);
}

TEST(Unknown, NamesWhatCameNext) {
  EXPECT_EQ(text_of(PacketBuilder{}.ethertype(0x88cc).payload("x").build()), "ethertype 0x88cc (LLDP)");
  EXPECT_EQ(text_of(PacketBuilder{}.ipv4("1.1.1.1", "2.2.2.2").ip_protocol(47).payload("x").build()),
            "ip protocol 47 (GRE)");
  EXPECT_EQ(text_of(PacketBuilder{}.payload("x").build(), LinkType{127}), "link type 127 (IEEE 802.11 radiotap)");
  EXPECT_EQ(text_of(PacketBuilder{}.ethertype(3).payload("\x42\x42\x03").build()), "LLC 0x42 (STP)");
  EXPECT_EQ(text_of(PacketBuilder{}.linux_sll().ethertype(0x000c).build(), LinkType::linux_sll),
            "Linux packet type 0x000c (CAN)");
  EXPECT_EQ(text_of(PacketBuilder{}.loopback(16).payload("x").build(), LinkType::null),
            "address family 16 (AppleTalk)");
}

TEST(Unknown, ShowsANumberWithoutANameAsItIs) {
  EXPECT_EQ(text_of(PacketBuilder{}.ethertype(0xfedc).payload("x").build()), "ethertype 0xfedc");
  EXPECT_EQ(text_of(PacketBuilder{}.ipv4("1.1.1.1", "2.2.2.2").ip_protocol(200).payload("x").build()),
            "ip protocol 200");
}

TEST(Unknown, IsNotAFragmentAndNotATunnelOverUdp) {
  EXPECT_EQ(
      text_of(PacketBuilder{}.ipv4("1.1.1.1", "2.2.2.2").ip_protocol(47).fragment(1480, false).payload(8).build()), "");
  EXPECT_EQ(text_of(PacketBuilder{}.ipv4("1.1.1.1", "2.2.2.2").udp(50'000, 4789).payload(60).build()), "");  // VXLAN
}

}  // namespace
}  // namespace wirecause
