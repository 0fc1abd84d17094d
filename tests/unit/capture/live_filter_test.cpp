// The filter of a tap, run over packets by libpcap's interpreter of the same instructions (bpf_filter()); what it must
// say of them is written in the table, and for IPv4 also by the compiler of tcpdump.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include <random>

#include "capture/live/compiled_filter.hpp"
#include "capture/live/default_filter.hpp"
#include "support/packet_builder.hpp"

namespace wirecause::test {
namespace {

constexpr std::uint32_t kSnap = 70'000;

// How many bytes are kept; 0: rejected.
std::uint32_t kept_by(const FilterProgram& program, const Packet& packet) {
  std::vector<bpf_insn> code;
  for (const sock_filter& i : program) code.push_back({i.code, i.jt, i.jf, i.k});
  EXPECT_TRUE(::bpf_validate(code.data(), static_cast<int>(code.size())));
  const auto* const bytes = static_cast<const u_char*>(static_cast<const void*>(packet.data()));
  return ::bpf_filter(code.data(), bytes, static_cast<u_int>(packet.size()), static_cast<u_int>(packet.size()));
}

FilterProgram filter_with_ports(std::vector<std::uint16_t> ports, LinkType link = LinkType::ethernet) {
  return default_filter(link, ports, kSnap);
}

PacketBuilder v4(const char* to) { return PacketBuilder{}.ethernet().ipv4("10.0.0.1", to); }
PacketBuilder v6(const char* to) { return PacketBuilder{}.ethernet().ipv6("fe80::1", to); }
Octets hop_by_hop() { return {0, 0, 5, 2, 0, 0, 1, 0}; }  // router alert (RFC 2711), as MLD has it
Octets fragment_header() { return {0, 0, 0, 185, 0, 0, 0, 1}; }
Packet arp() { return PacketBuilder{}.ethernet().ethertype(0x0806).payload(28).build(); }

struct Case {
  const char* what;
  Packet packet;
  bool is_taken;
};

std::vector<Case> cases() {
  return {
      {"multicast UDP", v4("239.1.1.1").udp(1, 2).build(), true},
      {"the highest group", v4("239.255.255.255").udp(1, 2).build(), true},
      {"the address above all groups", v4("240.0.0.1").udp(1, 2).build(), false},
      {"the address below all groups", v4("223.255.255.255").udp(1, 2).build(), false},
      {"UDP to a bound port", v4("10.0.0.2").udp(1, 5000).build(), true},
      {"UDP to the other bound port", v4("10.0.0.2").udp(1, 5001).build(), true},
      {"UDP from a bound port", v4("10.0.0.2").udp(5000, 1).build(), false},
      {"UDP to a bound port behind IP options", v4("10.0.0.2").ip_options({0x94, 4, 0, 0}).udp(1, 5000).build(), true},
      {"foreign UDP behind IP options", v4("10.0.0.2").ip_options({0x94, 4, 0, 0}).udp(1, 5002).build(), false},
      {"first fragment of UDP", v4("10.0.0.2").fragment(0, true).udp(1, 2).payload(64).build(), true},
      {"later fragment of UDP", v4("10.0.0.2").fragment(1480, false).ip_protocol(17).payload(64).build(), true},
      {"later fragment of TCP", v4("10.0.0.2").fragment(1480, false).ip_protocol(6).payload(64).build(), false},
      {"TCP to a bound port", v4("10.0.0.2").tcp(1, 5000).build(), false},
      {"multicast of another protocol", v4("224.0.0.5").ip_protocol(89).payload(40).build(), false},
      {"ICMP", v4("10.0.0.2").icmp(3, 3).build(), true},
      {"IGMP", v4("224.0.0.22").ip_options({0x94, 4, 0, 0}).igmp(0x22).build(), true},
      {"ARP", arp(), true},
      {"LLDP", PacketBuilder{}.ethernet().ethertype(0x88cc).payload(40).build(), false},
      {"multicast UDP in a VLAN", v4("239.1.1.1").vlan(5).udp(1, 2).build(), true},
      {"UDP to a bound port in a service VLAN", v4("10.0.0.2").vlan(5, 0x88a8).udp(1, 5000).build(), true},
      {"foreign UDP in a VLAN", v4("10.0.0.2").vlan(5).udp(1, 5002).build(), false},
      {"ARP in a VLAN", PacketBuilder{}.ethernet().vlan(5).ethertype(0x0806).payload(28).build(), true},
      {"multicast UDP over IPv6", v6("ff15::1").udp(1, 2).build(), true},
      {"UDP over IPv6 to a bound port", v6("fe80::2").udp(1, 5000).build(), true},
      {"foreign UDP over IPv6", v6("fe80::2").udp(1, 5002).build(), false},
      {"TCP over IPv6", v6("fe80::2").tcp(1, 5000).build(), false},
      {"neighbour solicitation", v6("ff02::1:ff00:2").icmpv6(135, 0).build(), true},
      {"MLD", v6("ff02::16").extension(0, hop_by_hop()).icmpv6(143, 0).build(), true},
      {"MLD to this host", v6("fe80::2").extension(0, hop_by_hop()).icmpv6(131, 0).build(), true},
      {"options before foreign UDP", v6("fe80::2").extension(60, hop_by_hop()).udp(1, 2).build(), false},
      {"options before multicast UDP", v6("ff15::1").extension(60, hop_by_hop()).udp(1, 2).build(), true},
      {"fragment of UDP over IPv6", v6("fe80::2").extension(44, fragment_header()).udp(1, 2).build(), true},
      {"fragment of TCP over IPv6", v6("fe80::2").extension(44, fragment_header()).tcp(1, 2).build(), false},
      {"multicast UDP over IPv6 in a VLAN", v6("ff15::1").vlan(5).udp(1, 2).build(), true},
      {"no byte", {}, false},
      {"a frame that ends in its addresses", Packet(10), false},
  };
}

TEST(DefaultFilter, TakesWhatTheTableSays) {
  const FilterProgram program = filter_with_ports({5000, 5001});
  for (const Case& one : cases()) EXPECT_EQ(kept_by(program, one.packet), one.is_taken ? kSnap : 0) << one.what;
}

TEST(DefaultFilter, TakesTheSameWithoutALinkHeader) {
  const FilterProgram program = filter_with_ports({5000, 5001}, LinkType::raw);
  for (const Case& one : cases()) {
    const std::string what = one.what;
    if (one.packet.size() <= 14 || what.find("VLAN") != what.npos || what == "ARP" || what == "LLDP") continue;
    EXPECT_EQ(kept_by(program, Packet(one.packet.begin() + 14, one.packet.end())), one.is_taken ? kSnap : 0) << what;
  }
}

TEST(DefaultFilter, NeverTakesAPacketThatEndsBeforeWhatDecides) {
  const FilterProgram program = filter_with_ports({5000});
  const Packet whole = v4("10.0.0.2").udp(1, 5000).build();
  for (std::size_t size = 0; size < 14 + 20 + 4; ++size) {
    EXPECT_EQ(kept_by(program, Packet(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))), 0U) << size;
  }
}

TEST(DefaultFilter, LooksAtManyPorts) {
  std::vector<std::uint16_t> ports;
  for (std::uint16_t port = 1'000; port < 2'000; ++port) ports.push_back(port);
  const FilterProgram program = filter_with_ports(ports);
  EXPECT_LE(program.size(), std::size_t{BPF_MAXINSNS});
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{1'000, 1'127, 1'128, 1'500, 1'999}) {
    EXPECT_EQ(kept_by(program, v4("10.0.0.2").udp(1, port).build()), kSnap) << port;
    EXPECT_EQ(kept_by(program, v6("fe80::2").udp(1, port).build()), kSnap) << port;
  }
  EXPECT_EQ(kept_by(program, v4("10.0.0.2").udp(1, 999).build()), 0U);
  EXPECT_EQ(kept_by(program, v4("10.0.0.2").udp(1, 2'000).build()), 0U);
}

TEST(DefaultFilter, TakesAllUdpWhereThereAreTooManyPortsToLook) {
  std::vector<std::uint16_t> ports(kMostFilteredPorts + 1);
  for (std::size_t i = 0; i < ports.size(); ++i) ports[i] = static_cast<std::uint16_t>(i);
  const FilterProgram program = filter_with_ports(ports);
  EXPECT_EQ(kept_by(program, v4("10.0.0.2").udp(1, 60'000).build()), kSnap);
  EXPECT_EQ(kept_by(program, v4("10.0.0.2").tcp(1, 60'000).build()), 0U);
}

TEST(DefaultFilter, AgreesWithTheCompilerOfTcpdumpOnAnyIpv4Packet) {
  const FilterProgram ours = filter_with_ports({5000, 5001});
  const auto theirs = compile_filter(
      "arp or icmp or igmp or (ip proto 17 and (dst net 224.0.0.0/4 or (ip[6:2] & 0x3fff) != 0 or "
      "udp dst port 5000 or udp dst port 5001))",
      "", LinkType::ethernet, kSnap);
  ASSERT_TRUE(theirs) << theirs.error().message();
  std::mt19937 random(1);
  std::size_t taken = 0;
  for (const Case& one : cases()) {
    const bool is_v4 = one.packet.size() >= 38 && one.packet[12] == std::byte{0x08} && one.packet[13] == std::byte{0};
    for (int round = 0; is_v4 && round < 2'000; ++round) {
      Packet packet = one.packet;
      for (int i = 0; i < 3; ++i) packet[14 + random() % 28] = static_cast<std::byte>(random());
      const std::uint32_t kept = kept_by(ours, packet);
      ASSERT_EQ(kept, kept_by(*theirs, packet)) << one.what << ", round " << round;
      taken += kept != 0 ? 1U : 0U;
    }
  }
  EXPECT_GT(taken, 1'000U);
}

TEST(CompiledFilter, SaysWhatIsWrong) {
  for (const char* text : {"udp prot 5", "host 10.0.0.300", "(udp", "tcp and and"}) {
    const auto refused = compile_filter(text, "", LinkType::ethernet, kSnap);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code(), Errc::bad_input);
    EXPECT_EQ(refused.error().message().rfind("filter '" + std::string(text) + "': ", 0), 0U);
    EXPECT_NE(refused.error().message().find("man pcap-filter"), std::string::npos);
  }
}

TEST(CompiledFilter, KnowsDevicesWithoutALinkHeader) {
  const auto program = compile_filter("udp port 5000", "", LinkType::raw, kSnap);
  ASSERT_TRUE(program);
  const Packet packet = v4("10.0.0.2").udp(1, 5000).build();
  EXPECT_NE(kept_by(*program, Packet(packet.begin() + 14, packet.end())), 0U);
}

}  // namespace
}  // namespace wirecause::test
