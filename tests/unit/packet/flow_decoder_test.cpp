// FlowDecoder says of every packet what decode() and enter_tunnels() say, whatever came before it.
// SPDX-License-Identifier: Apache-2.0
#include "packet/flow_decoder.hpp"

#include <gtest/gtest.h>

#include <random>

#include "packet/tunnel.hpp"
#include "support/decoded_fields.hpp"
#include "support/packet_builder.hpp"

namespace wirecause {
namespace {

using test::Packet;
using test::PacketBuilder;

PacketView view_of(const Packet& packet, std::size_t captured) {
  PacketView view;
  view.bytes = Bytes(packet).first(captured);
  view.wire_length = static_cast<std::uint32_t>(packet.size());
  return view;
}

Decoded decoded(const PacketView& view) {
  Decoded d;
  decode(view, d);
  enter_tunnels(view, d);
  return d;
}

PacketBuilder feed() {
  return PacketBuilder{}.ethernet().ipv4("10.0.0.1", "239.1.1.1").ip_id(7).udp(1000, 26400).payload(60);
}

TEST(FlowDecoder, KnowsAFlowFromItsSecondPacketOn) {
  FlowDecoder flows;
  const Packet packet = feed().build();
  const auto first = flows.decode(view_of(packet, packet.size()));
  EXPECT_LT(first.flow, FlowDecoder::kFlows);
  EXPECT_FALSE(first.is_known);
  const auto second = flows.decode(view_of(packet, packet.size()));
  EXPECT_EQ(second.flow, first.flow);
  EXPECT_TRUE(second.is_known);
  EXPECT_TRUE(second.is_plain);
}

TEST(FlowDecoder, TellsFlowsApartByEveryHeaderFieldThatTheyShare) {
  const Packet usual = feed().build();
  for (const PacketBuilder& other :
       {feed().ethernet("02:00:00:00:00:02"), feed().ethernet("02:00:00:00:00:01", "01:00:5e:01:01:02"), feed().vlan(5),
        feed().ttl(3), feed().traffic_class(4), feed().ipv4("10.0.0.2", "239.1.1.1"),
        feed().ipv4("10.0.0.1", "239.1.1.2"), feed().udp(1001, 26400), feed().udp(1000, 26401)}) {
    FlowDecoder flows;
    (void)flows.decode(view_of(usual, usual.size()));
    const Packet packet = other.build();
    EXPECT_FALSE(flows.decode(view_of(packet, packet.size())).is_known);
    EXPECT_TRUE(flows.decode(view_of(packet, packet.size())).is_known);
  }
}

TEST(FlowDecoder, TellsInterfacesAndDirectionsApart) {
  const Packet packet = feed().build();
  FlowDecoder flows;
  PacketView view = view_of(packet, packet.size());
  (void)flows.decode(view);
  view.interface = 1;
  EXPECT_FALSE(flows.decode(view).is_known);
  view.input = 1;
  EXPECT_FALSE(flows.decode(view).is_known);
  view.direction = Direction::out;
  EXPECT_FALSE(flows.decode(view).is_known);
}

TEST(FlowDecoder, NothingUnusualIsPlain) {
  const Packet usual = feed().build();
  for (const PacketBuilder& other : {feed().bad_ip_checksum(), feed().bad_checksum()}) {
    FlowDecoder flows;
    (void)flows.decode(view_of(usual, usual.size()));
    const Packet packet = other.build();
    const auto seen = flows.decode(view_of(packet, packet.size()));
    EXPECT_TRUE(seen.is_known);
    EXPECT_FALSE(seen.is_plain);
  }
  FlowDecoder flows;
  (void)flows.decode(view_of(usual, usual.size()));
  EXPECT_EQ(flows.decode(view_of(usual, usual.size() - 1)).flow, FlowDecoder::kNoFlow);
}

TEST(FlowDecoder, DatagramsWithAnUnfilledChecksumArePlainInAFlowOfTheirOwn) {
  const Packet packet = feed().bad_checksum().build();
  FlowDecoder flows;
  PacketView view = view_of(packet, packet.size());
  (void)flows.decode(view);
  EXPECT_FALSE(flows.decode(view).is_plain);
  view.is_checksum_unfilled = true;
  EXPECT_FALSE(flows.decode(view).is_known);
  const auto seen = flows.decode(view);
  EXPECT_TRUE(seen.is_known);
  EXPECT_TRUE(seen.is_plain);
  EXPECT_EQ(seen.decoded.transport_checksum, Checksum::unfilled);
}

// Whatever their ports: there are far more connections than flows that are remembered.
TEST(FlowDecoder, TheConnectionsFromOneHostToAnotherAreOneFlow) {
  FlowDecoder flows;
  const auto segment = [](std::uint16_t port) {
    return PacketBuilder{}.ethernet().ipv4("10.0.0.1", "10.0.0.2").ip_id(7).tcp(port, 80).payload(60);
  };
  const Packet first = segment(1000).build();
  EXPECT_FALSE(flows.decode(view_of(first, first.size())).is_known);
  const Packet second = segment(1001).build();
  const auto seen = flows.decode(view_of(second, second.size()));
  EXPECT_TRUE(seen.is_known);
  EXPECT_TRUE(seen.is_plain);
  EXPECT_EQ(seen.decoded.source_port, 1001);
  const Packet damaged = segment(1001).bad_checksum().build();
  EXPECT_FALSE(flows.decode(view_of(damaged, damaged.size())).is_plain);
  const Packet other = segment(1000).ipv4("10.0.0.1", "10.0.0.3").build();
  EXPECT_FALSE(flows.decode(view_of(other, other.size())).is_known);
}

TEST(FlowDecoder, SaysWhatDecodeSaysOfPacketsWithBytesChangedAndCut) {
  std::mt19937 random(11);
  FlowDecoder flows;
  for (int round = 0; round < 120'000; ++round) {
    PacketBuilder builder = feed().payload(random() % 200);
    if (random() % 2 == 0) {
      builder.tcp(static_cast<std::uint16_t>(random() % 3), 26400).tcp_options(test::Octets(random() % 4 * 4, 1));
    }
    if (random() % 2 == 0) builder.vlan(static_cast<std::uint16_t>(random() % 3));
    Packet packet = builder.build();
    if (random() % 2 == 0) packet[random() % packet.size()] = static_cast<std::byte>(random());
    const std::size_t captured = random() % 4 == 0 ? random() % (packet.size() + 1) : packet.size();
    PacketView view = view_of(packet, captured);
    if (random() % 8 == 0)
      view.wire_length -= static_cast<std::uint32_t>(random() % packet.size());  // a file that lies
    ASSERT_TRUE(test::same_fields(flows.decode(view).decoded, decoded(view))) << round;
  }
}

}  // namespace
}  // namespace wirecause
