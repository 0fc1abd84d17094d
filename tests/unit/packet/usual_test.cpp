// The straight line through the headers says what the general decoders say: of the same IP packet without its Ethernet
// header, which only those take, whole, padded, damaged and cut.
// SPDX-License-Identifier: Apache-2.0
#include "packet/usual.hpp"

#include <gtest/gtest.h>

#include <random>
#include <tuple>

#include "support/packet_builder.hpp"

namespace wirecause {
namespace {

using test::Octets;
using test::Packet;
using test::PacketBuilder;

auto fields(const Decoded& d) {
  return std::tuple(d.outcome, d.stopped_at, d.stopped_number, d.ip_version, d.ttl, d.traffic_class, d.ip_id,
                    d.is_fragment, d.fragment_offset, d.source, d.destination, d.ip_checksum, d.ip_length);
}
auto transport_fields(const Decoded& d) {
  return std::tuple(d.transport, d.ip_protocol, d.source_port, d.destination_port, d.message_type, d.message_code,
                    d.transport_checksum, d.tcp.sequence, d.tcp.acknowledgement, d.tcp.window, d.tcp.flags,
                    d.tcp.options.data(), d.tcp.options.size(), d.payload.data(), d.payload.size(),
                    d.payload_wire_length);
}

TEST(DecodeUsual, SaysWhatTheGeneralDecodersSay) {
  std::mt19937 engine(7);
  const auto random = [&engine] { return static_cast<std::uint32_t>(engine()); };
  int usual = 0;
  for (int round = 0; round < 60'000; ++round) {
    const bool is_tagged = random() % 2 == 0;
    PacketBuilder builder = PacketBuilder{}.ethernet().ipv4("10.0.0.1", "10.0.0.2").ip_id(7).payload(random() % 100);
    if (is_tagged) builder.vlan(5);
    if (random() % 3 == 0) {
      builder.udp(1'000, 2'000);
    } else {
      builder.tcp(40'000, 443, random(), random(), static_cast<std::uint8_t>(random()));
      builder.tcp_options(Octets(random() % 11 * 4, 1)).padded_to(60);
    }
    Packet packet = builder.build();
    const std::size_t link = is_tagged ? 18 : 14;
    if (random() % 2 == 0) packet[link + random() % (packet.size() - link)] = static_cast<std::byte>(random());
    PacketView view;
    view.link_type = LinkType::ethernet;
    view.bytes = Bytes(packet).first(random() % 4 == 0 ? link + random() % (packet.size() - link) : packet.size());
    view.wire_length = static_cast<std::uint32_t>(packet.size());
    view.is_checksum_unfilled = random() % 8 == 0;
    Decoded line;
    if (!decode_usual(view, line) && !decode_usual_tcp(view, line)) continue;
    ++usual;
    EXPECT_EQ(line.network_offset, link);
    EXPECT_EQ(line.transport_offset, link + 20);
    EXPECT_EQ(line.vlan, is_tagged ? 5 : kNoVlan);
    PacketView inner = view;
    inner.link_type = LinkType::raw;
    inner.bytes = view.bytes.subspan(link);
    inner.wire_length = static_cast<std::uint32_t>(packet.size() - link);
    Decoded general;
    decode(inner, general);
    ASSERT_TRUE(fields(line) == fields(general)) << round;
    ASSERT_TRUE(transport_fields(line) == transport_fields(general)) << round;
  }
  EXPECT_GT(usual, 30'000);
}

TEST(DecodeUsual, LeavesWhatItDoesNotTakeUntouched) {
  const auto base = [] { return PacketBuilder{}.ethernet().ipv4("10.0.0.1", "10.0.0.2").payload(60); };
  for (const PacketBuilder& other :
       {base().tcp(1, 2).ip_options({1, 1, 1, 0}), base().tcp(1, 2).fragment(0, true),
        base().tcp(1, 2).tcp_header_words(4), base().tcp(1, 2).tcp_header_words(15).payload(10),
        base().tcp(1, 2).ip_total_length(30), base().icmp(8, 0),
        PacketBuilder{}.ethernet().ipv6("fe80::1", "fe80::2").tcp(1, 2).payload(60)}) {
    const Packet packet = other.build();
    PacketView view;
    view.bytes = packet;
    view.wire_length = static_cast<std::uint32_t>(packet.size());
    Decoded d;
    d.ttl = 123;
    EXPECT_FALSE(decode_usual(view, d));
    EXPECT_FALSE(decode_usual_tcp(view, d));
    EXPECT_EQ(d.ttl, 123);
  }
}

}  // namespace
}  // namespace wirecause
