// SPDX-License-Identifier: Apache-2.0
#include "packet/quoted.hpp"

#include <gtest/gtest.h>

#include "support/packet_builder.hpp"

namespace wirecause {
namespace {

using test::Packet;
using test::PacketBuilder;

std::string text_of(const Packet& packet, std::size_t length) {
  std::string text;
  for (std::size_t i = 0; i < length; ++i) text.push_back(static_cast<char>(packet[i]));
  return text;
}

std::optional<TooBig> read(Packet packet, std::size_t captured) {
  PacketView view;
  view.bytes = Bytes(packet).first(captured);
  view.wire_length = static_cast<std::uint32_t>(packet.size());
  Decoded d;
  decode(view, d);
  return too_big_in(view, d);
}

// RFC 1191: the header and eight bytes are quoted; the next hop's MTU stands in bytes 6 and 7 of the message.
Packet fragmentation_needed(std::uint8_t code = 4) {
  const Packet large = PacketBuilder{}.raw_ip().ipv4("10.0.0.1", "10.9.0.2").tcp(40'000, 443).payload(1'400).build();
  Packet packet =
      PacketBuilder{}.ethernet().ipv4("10.0.0.254", "10.0.0.1").icmp(3, code).payload(text_of(large, 28)).build();
  packet[14 + 20 + 6] = std::byte{0x05};
  packet[14 + 20 + 7] = std::byte{0x14};
  return packet;
}

TEST(Quoted, FragmentationNeededNamesTheFlowAndTheMtu) {
  const Packet packet = fragmentation_needed();
  const auto told = read(packet, packet.size());
  ASSERT_TRUE(told);
  EXPECT_EQ(told->mtu, 1'300U);
  EXPECT_EQ(told->source.text(), "10.0.0.1");
  EXPECT_EQ(told->destination.text(), "10.9.0.2");
  EXPECT_EQ(told->ip_protocol, 6);
  EXPECT_EQ(told->source_port, 40'000);
  EXPECT_EQ(told->destination_port, 443);
}

// RFC 4443 3.2
TEST(Quoted, PacketTooBigLikewise) {
  const Packet large =
      PacketBuilder{}.raw_ip().ipv6("2001:db8::1", "2001:db8::2").tcp(40'000, 443).payload(1'400).build();
  Packet packet =
      PacketBuilder{}.ethernet().ipv6("2001:db8::fe", "2001:db8::1").icmpv6(2, 0).payload(text_of(large, 100)).build();
  packet[14 + 40 + 6] = std::byte{0x05};
  packet[14 + 40 + 7] = std::byte{0x00};
  const auto told = read(packet, packet.size());
  ASSERT_TRUE(told);
  EXPECT_EQ(told->mtu, 1'280U);
  EXPECT_EQ(told->source.text(), "2001:db8::1");
  EXPECT_EQ(told->destination_port, 443);
}

TEST(Quoted, OtherMessagesSayNothingOfSizes) {
  const Packet packet = fragmentation_needed(1);
  EXPECT_FALSE(read(packet, packet.size()));
  const Packet echo = PacketBuilder{}.ethernet().ipv4("10.0.0.1", "10.0.0.2").icmp(8, 0).payload(60).build();
  EXPECT_FALSE(read(echo, echo.size()));
}

TEST(Quoted, OneThatIsCutSaysNothing) {
  const Packet packet = fragmentation_needed();
  for (std::size_t cut = 0; cut < packet.size() - 4; ++cut) EXPECT_FALSE(read(packet, cut)) << cut;
}

}  // namespace
}  // namespace wirecause
