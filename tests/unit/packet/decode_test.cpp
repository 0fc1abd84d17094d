// What decode() promises of every packet, over many kinds of them.
// SPDX-License-Identifier: Apache-2.0
#include "packet/decode.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include "support/decoded_fields.hpp"
#include "support/packet_builder.hpp"

namespace wirecause {
namespace {

using test::Octets;
using test::Packet;
using test::PacketBuilder;

struct Sample {
  std::string_view name;
  PacketBuilder builder;
  std::size_t headers;  // bytes up to the end of the transport header
};

// Valid packets of every kind that is decoded to the end.
std::vector<Sample> samples() {
  const auto v4 = [] { return PacketBuilder{}.ipv4("10.0.0.1", "239.1.1.1"); };
  const auto v6 = [] { return PacketBuilder{}.ipv6("2001:db8::1", "ff15::1"); };
  return {
      {"udp", v4().udp(1, 2).payload(50), 42},
      {"udp, one tag", v4().vlan(7).udp(1, 2).payload(50), 46},
      {"udp, two tags", v4().vlan(7).vlan(8).udp(1, 2).payload(50), 50},
      {"udp, snap", v4().ieee8023_snap().udp(1, 2).payload(50), 50},
      {"udp, ip options", v4().ip_options(Octets(40, 1)).udp(1, 2).payload(50), 82},
      {"udp, padded", v4().udp(1, 2).payload(3).padded_to(60), 42},
      {"udp, first fragment", v4().fragment(0, true).udp(1, 2).udp_length(2000).payload(48), 42},
      {"later fragment", v4().fragment(1480, false).udp(1, 2).payload(50), 34},
      {"udp, cooked", v4().linux_sll().udp(1, 2).payload(50), 44},
      {"udp, cooked 2", v4().linux_sll2().udp(1, 2).payload(50), 48},
      {"udp, raw", v4().raw_ip().udp(1, 2).payload(50), 28},
      {"udp, loopback", v4().loopback(2).udp(1, 2).payload(50), 32},
      {"tcp", v4().tcp(1, 2).payload(50), 54},
      {"tcp, options", v4().tcp(1, 2).tcp_options(Octets(40, 1)).payload(50), 94},
      {"icmp", v4().icmp(3, 1).payload(50), 42},
      {"igmp", v4().igmp(0x16).payload(0), 42},
      {"udp 6", v6().udp(1, 2).payload(50), 62},
      {"udp 6, extensions", v6().extension(0, Octets(8)).extension(60, Octets(8)).udp(1, 2).payload(50), 78},
      {"udp 6, fragment", v6().extension(44, {0, 0, 0, 1, 0, 0, 0, 9}).udp(1, 2).payload(50), 70},
      {"tcp 6", v6().vlan(1).tcp(1, 2).payload(50), 78},
      {"icmpv6", v6().icmpv6(135, 0).payload(20), 58},
  };
}

// A copy of exactly the captured bytes, so that the address sanitizer sees a read past them.
struct Captured {
  Captured(const Packet& packet, std::size_t captured, LinkType link_type)
      : copy(std::make_unique<std::byte[]>(captured)) {
    if (captured != 0) std::memcpy(copy.get(), packet.data(), captured);
    view.bytes = Bytes(copy.get(), captured);
    view.wire_length = static_cast<std::uint32_t>(packet.size());
    view.link_type = link_type;
  }
  std::unique_ptr<std::byte[]> copy;
  PacketView view;
};

TEST(Decode, ReadsEveryKindOfSampleToTheEnd) {
  for (const Sample& sample : samples()) {
    const Packet packet = sample.builder.build();
    const Captured whole(packet, packet.size(), sample.builder.link_type());
    Decoded d;
    decode(whole.view, d);
    EXPECT_EQ(d.outcome, DecodeOutcome::ok) << sample.name;
    EXPECT_EQ(d.payload.size(), d.payload_wire_length) << sample.name;
    EXPECT_EQ(static_cast<std::size_t>(d.payload.data() - whole.view.bytes.data()), sample.headers) << sample.name;
  }
}

TEST(Decode, SaysTruncatedAndNeverMalformedOfAValidPacketCutAnywhere) {
  for (const Sample& sample : samples()) {
    const Packet packet = sample.builder.build();
    for (std::size_t cut = 0; cut < packet.size(); ++cut) {
      const Captured captured(packet, cut, sample.builder.link_type());
      Decoded d;
      decode(captured.view, d);
      const DecodeOutcome expected = cut < sample.headers ? DecodeOutcome::truncated : DecodeOutcome::ok;
      ASSERT_EQ(d.outcome, expected) << sample.name << " cut at " << cut;
      if (expected != DecodeOutcome::ok) continue;
      ASSERT_EQ(d.payload.size(), std::min<std::size_t>(cut - sample.headers, d.payload_wire_length)) << sample.name;
      ASSERT_NE(d.transport_checksum, Checksum::bad) << sample.name << " cut at " << cut;
    }
  }
}

TEST(Decode, ReadsOfACutPacketWhatTheWholeOneSays) {
  for (const Sample& sample : samples()) {
    const Packet packet = sample.builder.build();
    Decoded whole;
    const Captured all(packet, packet.size(), sample.builder.link_type());
    decode(all.view, whole);
    for (std::size_t cut = whole.transport_offset; cut < packet.size(); ++cut) {
      const Captured captured(packet, cut, sample.builder.link_type());
      Decoded d;
      decode(captured.view, d);
      ASSERT_EQ(d.source, whole.source) << sample.name;
      ASSERT_EQ(d.destination, whole.destination) << sample.name;
      ASSERT_EQ(d.vlan, whole.vlan) << sample.name;
      ASSERT_EQ(d.ip_length, whole.ip_length) << sample.name;
      ASSERT_EQ(d.transport_offset, whole.transport_offset) << sample.name;
      if (d.outcome != DecodeOutcome::ok) continue;
      ASSERT_EQ(d.destination_port, whole.destination_port) << sample.name;
    }
  }
}

TEST(Decode, LeavesNothingOfThePacketBefore) {
  const auto kinds = samples();
  for (const Sample& before : kinds) {
    for (const Sample& sample : kinds) {
      const Packet first = before.builder.build();
      const Packet packet = sample.builder.build();
      for (const std::size_t cut : {std::size_t{0}, std::size_t{16}, std::size_t{30}, packet.size()}) {
        const Captured one(first, first.size(), before.builder.link_type());
        const Captured two(packet, cut, sample.builder.link_type());
        Decoded used;
        decode(one.view, used);
        decode(two.view, used);
        Decoded fresh;
        decode(two.view, fresh);
        ASSERT_TRUE(test::same_fields(used, fresh)) << before.name << " then " << sample.name << " cut at " << cut;
      }
    }
  }
}

TEST(Decode, SurvivesEveryPacketWithAByteChanged) {
  std::mt19937 random(7);
  for (const Sample& sample : samples()) {
    Packet packet = sample.builder.build();
    for (std::size_t at = 0; at < packet.size(); ++at) {
      const std::byte kept = packet[at];
      for (int round = 0; round < 16; ++round) {
        packet[at] = static_cast<std::byte>(random());
        const Captured captured(packet, packet.size(), sample.builder.link_type());
        Decoded d;
        decode(captured.view, d);
        ASSERT_NE(d.outcome, DecodeOutcome::truncated) << sample.name;  // nothing was cut
        ASSERT_LE(d.payload.size(), d.payload_wire_length) << sample.name;
      }
      packet[at] = kept;
    }
  }
}

TEST(Decode, TakesTheCapturedBytesWhereTheFileClaimsLessOnTheWire) {
  const Packet packet = PacketBuilder{}.ipv4("10.0.0.1", "239.1.1.1").udp(1, 2).payload(50).build();
  Captured captured(packet, packet.size(), LinkType::ethernet);
  captured.view.wire_length = 0;
  Decoded d;
  decode(captured.view, d);
  EXPECT_EQ(d.outcome, DecodeOutcome::ok);
}

}  // namespace
}  // namespace wirecause
