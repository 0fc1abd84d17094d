// Headers are written by hand from the RFCs; tests/differential/tunnels_tshark_test.py compares the same kinds with tshark.
// SPDX-License-Identifier: Apache-2.0
#include "packet/tunnel.hpp"

#include <gtest/gtest.h>

#include <string>

#include "packet/flow_decoder.hpp"
#include "support/decoded_fields.hpp"
#include "support/packet_builder.hpp"

namespace wirecause {
namespace {

using test::Packet;
using test::PacketBuilder;

std::string text_of(const Packet& packet) {
  std::string text;
  for (const std::byte b : packet) text.push_back(static_cast<char>(b));
  return text;
}

std::string octets(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text.push_back(static_cast<char>(value));
  return text;
}

PacketBuilder inner_tcp() {
  return PacketBuilder{}.ipv4("192.168.0.1", "192.168.0.2").ttl(33).tcp(40'000, 443, 7).payload("abc");
}
std::string inner_ip() { return text_of(inner_tcp().raw_ip().build()); }
std::string inner_ip6() {
  return text_of(
      PacketBuilder{}.raw_ip().ipv6("2001:db8::1", "2001:db8::2").tcp(40'000, 443, 7).payload("abc").build());
}
std::string inner_frame(std::uint16_t vlan = 0) {
  PacketBuilder frame = inner_tcp().ethernet("02:00:00:00:00:aa", "02:00:00:00:00:bb");
  if (vlan != 0) frame.vlan(vlan);
  return text_of(frame.build());
}

PacketBuilder outer(std::uint8_t protocol) {
  return PacketBuilder{}.ethernet().vlan(9).ipv4("10.0.0.1", "10.0.0.2").ip_protocol(protocol);
}
PacketBuilder outer_udp(std::uint16_t port) {
  return PacketBuilder{}.ethernet().vlan(9).ipv4("10.0.0.1", "10.0.0.2").udp(50'000, port);
}

PacketView view_of(const Packet& packet, std::size_t captured) {
  PacketView view;
  view.bytes = Bytes(packet).first(captured);
  view.wire_length = static_cast<std::uint32_t>(packet.size());
  return view;
}

Decoded inside(const Packet& packet, std::size_t captured) {
  Decoded d;
  const PacketView view = view_of(packet, captured);
  decode(view, d);
  enter_tunnels(view, d);
  return d;
}
Decoded inside(const Packet& packet) { return inside(packet, packet.size()); }

void expect_inner_tcp(const Decoded& d, Tunnel tunnel, std::uint32_t number) {
  EXPECT_EQ(d.outcome, DecodeOutcome::ok);
  EXPECT_EQ(d.tunnel, tunnel);
  EXPECT_EQ(d.tunnel_number, number);
  EXPECT_NE(d.tunnel_id, 0U);
  ASSERT_EQ(d.transport, Transport::tcp);
  EXPECT_EQ(d.source_port, 40'000);
  EXPECT_EQ(d.destination_port, 443);
  EXPECT_EQ(d.tcp.sequence, 7U);
  EXPECT_EQ(d.payload.size(), 3U);
  EXPECT_EQ(d.transport_checksum, Checksum::good);
}

TEST(Tunnel, IpInIpAndIpv6InIp) {
  expect_inner_tcp(inside(outer(4).payload(inner_ip()).build()), Tunnel::ip_in_ip, 0);
  const Decoded d = inside(outer(41).payload(inner_ip6()).build());
  expect_inner_tcp(d, Tunnel::ip_in_ip, 0);
  EXPECT_EQ(d.ip_version, 6);
  EXPECT_EQ(d.vlan, 9);
}

TEST(Tunnel, GreWithAndWithoutItsOptionalParts) {
  expect_inner_tcp(inside(outer(47).payload(octets({0, 0, 8, 0}) + inner_ip()).build()), Tunnel::gre, 0);
  const std::string all =
      octets({0xb0, 0, 8, 0, 1, 2, 0, 0, 0, 0, 1, 44, 0, 0, 0, 1});  // checksum, key 300, sequence number
  expect_inner_tcp(inside(outer(47).payload(all + inner_ip()).build()), Tunnel::gre, 300);
  const Decoded d = inside(outer(47).payload(octets({0, 0, 0x65, 0x58}) + inner_frame(5)).build());
  expect_inner_tcp(d, Tunnel::gre, 0);
  EXPECT_EQ(d.vlan, 5);  // that of the inner frame
}

TEST(Tunnel, ErspanOfTheThreeTypes) {
  expect_inner_tcp(inside(outer(47).payload(octets({0, 0, 0x88, 0xbe}) + inner_frame()).build()), Tunnel::erspan, 0);
  const std::string second = octets({0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 0x64, 0, 7, 0, 0, 0, 0});  // session 7
  expect_inner_tcp(inside(outer(47).payload(second + inner_frame()).build()), Tunnel::erspan, 7);
  const std::string third = octets({0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 0x64, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0});
  expect_inner_tcp(inside(outer(47).payload(third + inner_frame()).build()), Tunnel::erspan, 8);
}

TEST(Tunnel, VxlanAndGeneve) {
  const std::string vxlan = octets({8, 0, 0, 0, 0, 0x12, 0x34, 0});
  expect_inner_tcp(inside(outer_udp(4789).payload(vxlan + inner_frame()).build()), Tunnel::vxlan, 0x1234);
  const std::string geneve = octets({1, 0, 0x65, 0x58, 0, 0, 9, 0, 1, 2, 3, 0});  // four bytes of options
  expect_inner_tcp(inside(outer_udp(6081).payload(geneve + inner_frame()).build()), Tunnel::geneve, 9);
}

TEST(Tunnel, MplsLabelsAndPseudowires) {
  const std::string labels = octets({0, 1, 0, 64, 0, 2, 0x11, 64});  // 16, then 33 at the bottom
  const Packet ip = PacketBuilder{}.ethernet().ethertype(0x8847).payload(labels + inner_ip()).build();
  expect_inner_tcp(inside(ip), Tunnel::mpls, 33);
  const std::string control = octets({0, 0, 0, 1});
  const Packet wire = PacketBuilder{}.ethernet().ethertype(0x8847).payload(labels + control + inner_frame()).build();
  expect_inner_tcp(inside(wire), Tunnel::mpls, 33);
}

TEST(Tunnel, PppoeOfASession) {
  const std::string ip = inner_ip();
  const std::string session = octets({0x11, 0, 0, 5, 0, static_cast<int>(ip.size() + 2), 0, 0x21});
  expect_inner_tcp(inside(PacketBuilder{}.ethernet().ethertype(0x8864).payload(session + ip).padded_to(100).build()),
                   Tunnel::pppoe, 5);
}

TEST(Tunnel, NestedOnesAreEnteredUpToABound) {
  std::string packet = inner_ip();
  const auto wrapped = [&] {
    packet = text_of(PacketBuilder{}.raw_ip().ipv4("10.0.0.1", "10.0.0.2").ip_protocol(4).payload(packet).build());
  };
  for (int i = 0; i < 3; ++i) wrapped();
  const Packet four = outer(4).payload(packet).build();
  expect_inner_tcp(inside(four), Tunnel::ip_in_ip, 0);
  EXPECT_EQ(inside(four).tunnels, kMostTunnels);
  wrapped();
  const Decoded d = inside(outer(4).payload(packet).build());
  EXPECT_EQ(d.outcome, DecodeOutcome::unsupported);
  EXPECT_EQ(d.stopped_number, 4U);
}

// The same addresses inside another one are another stream.
TEST(Tunnel, NumbersTellTunnelsApart) {
  const auto id = [](int vni) {
    const std::string vxlan = octets({8, 0, 0, 0, 0, 0, vni, 0});
    return inside(outer_udp(4789).payload(vxlan + inner_frame()).build()).tunnel_id;
  };
  EXPECT_EQ(id(1), id(1));
  EXPECT_NE(id(1), id(2));
  EXPECT_EQ(inside(PacketBuilder{}.ethernet().ipv4("10.0.0.1", "10.0.0.2").udp(1, 2).build()).tunnel_id, 0U);
}

// A feed may use the port.
TEST(Tunnel, ADatagramOnATunnelsPortThatHoldsNoPacketStaysOne) {
  for (const std::string& payload :
       {std::string("a feed, and nothing else than that, on this port"),
        octets({8, 0, 0, 0, 0, 0, 1, 0}) + std::string(60, 'x'), octets({8, 0}), std::string()}) {
    const Packet packet = outer_udp(4789).payload(payload).build();
    const Decoded d = inside(packet);
    EXPECT_EQ(d.tunnel, Tunnel::none);
    EXPECT_EQ(d.transport, Transport::udp);
    EXPECT_EQ(d.destination_port, 4789);
    EXPECT_EQ(d.payload.size(), payload.size());
  }
}

TEST(Tunnel, WhatIsCutIsTruncatedNeverMalformedAndNeverReadBeyond) {
  const std::string key = octets({0x20, 0, 8, 0, 0, 0, 1, 44});
  const std::string vxlan = octets({8, 0, 0, 0, 0, 0x12, 0x34, 0});
  for (const Packet& packet :
       {outer(47).payload(key + inner_ip()).build(), outer_udp(4789).payload(vxlan + inner_frame()).build(),
        outer(41).payload(inner_ip6()).build()}) {
    for (std::size_t cut = 0; cut <= packet.size(); ++cut) {
      const std::vector<std::byte> exact(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(cut));
      PacketView view;
      view.bytes = exact;
      view.wire_length = static_cast<std::uint32_t>(packet.size());
      Decoded d;
      decode(view, d);
      enter_tunnels(view, d);
      EXPECT_NE(d.outcome, DecodeOutcome::malformed) << cut;
    }
  }
}

TEST(Tunnel, AFragmentIsNotEntered) {
  const Packet packet = outer(4).fragment(0, true).payload(inner_ip()).build();
  EXPECT_EQ(inside(packet).tunnel, Tunnel::none);
}

TEST(Tunnel, FlowDecoderEntersThemAndKnowsNoFlowOfThem) {
  FlowDecoder flows;
  const std::string vxlan = octets({8, 0, 0, 0, 0, 0, 1, 0});
  const Packet packet = outer_udp(4789).payload(vxlan + inner_frame()).build();
  const Packet plain = PacketBuilder{}.ethernet().ipv4("10.0.0.1", "239.1.1.1").udp(1'000, 26'400).payload(60).build();
  for (int i = 0; i < 3; ++i) {
    const auto seen = flows.decode(view_of(packet, packet.size()));
    EXPECT_EQ(seen.flow, FlowDecoder::kNoFlow);
    EXPECT_TRUE(test::same_fields(seen.decoded, inside(packet)));
    EXPECT_EQ(flows.decode(view_of(plain, plain.size())).decoded.tunnels, 0);
  }
}

}  // namespace
}  // namespace wirecause
