// Names from the IEEE EtherType and LLC registries, IANA protocol numbers, the pcap link type registry, Linux
// if_ether.h and if_arp.h. Only what captures hold: an unlisted number is shown as a number.
// SPDX-License-Identifier: Apache-2.0
#include "packet/unknown.hpp"

#include <fmt/format.h>

#include <span>
#include <string_view>

namespace wirecause {
namespace {

struct Name {
  std::uint32_t number;
  std::string_view text;
};

constexpr Name kLinkTypes[] = {
    {6, "Token Ring"},
    {9, "PPP"},
    {50, "PPP in HDLC framing"},
    {51, "PPPoE"},
    {104, "Cisco HDLC"},
    {105, "IEEE 802.11"},
    {107, "Frame Relay"},
    {119, "IEEE 802.11 Prism"},
    {122, "IP over Fibre Channel"},
    {127, "IEEE 802.11 radiotap"},
    {147, "user 0"},
    {148, "user 1"},
    {162, "user 15"},
    {187, "Bluetooth HCI H4"},
    {189, "USB"},
    {195, "IEEE 802.15.4"},
    {201, "Bluetooth HCI H4 with direction"},
    {209, "IPMB"},
    {220, "USB on Linux"},
    {227, "CAN"},
    {235, "DVB-CI"},
    {239, "netfilter log"},
    {247, "InfiniBand"},
    {248, "SCTP"},
    {249, "USBPcap"},
    {251, "Bluetooth LE"},
    {252, "Wireshark upper PDU"},
    {253, "netlink"},
    {272, "nordic BLE"},
    {274, "Ethernet with preamble"},
};

constexpr Name kEthertypes[] = {
    {0x0806, "ARP"},
    {0x0842, "Wake-on-LAN"},
    {0x2000, "CDP"},
    {0x22ea, "SRP"},
    {0x22f0, "AVTP"},
    {0x22f3, "TRILL"},
    {0x6002, "DEC MOP"},
    {0x6003, "DECnet"},
    {0x6558, "transparent Ethernet bridging"},
    {0x8035, "RARP"},
    {0x809b, "AppleTalk"},
    {0x80f3, "AppleTalk ARP"},
    {0x8100, "VLAN tags, too many"},
    {0x8137, "IPX"},
    {0x8808, "Ethernet flow control"},
    {0x8809, "slow protocols: LACP"},
    {0x8847, "MPLS"},
    {0x8848, "MPLS multicast"},
    {0x8863, "PPPoE discovery"},
    {0x8864, "PPPoE session"},
    {0x8870, "jumbo frames"},
    {0x887b, "HomePlug"},
    {0x888e, "EAPOL"},
    {0x8892, "PROFINET"},
    {0x889a, "HyperSCSI"},
    {0x88a2, "ATA over Ethernet"},
    {0x88a4, "EtherCAT"},
    {0x88a8, "VLAN tags, too many"},
    {0x88ab, "POWERLINK"},
    {0x88b8, "GOOSE"},
    {0x88ba, "sampled values"},
    {0x88cc, "LLDP"},
    {0x88cd, "SERCOS III"},
    {0x88e3, "MRP"},
    {0x88e5, "MACsec"},
    {0x88e7, "provider backbone bridging"},
    {0x88f7, "PTP"},
    {0x88fb, "PRP"},
    {0x8902, "connectivity fault management"},
    {0x8906, "FCoE"},
    {0x8914, "FCoE initialisation"},
    {0x8915, "RoCE"},
    {0x892f, "HSR"},
    {0x894f, "NSH"},
    {0x9000, "Ethernet loopback test"},
    {0x9100, "VLAN tags, too many"},
    {0xcafe, "VSS monitoring"},
};

constexpr Name kLlc[] = {
    {0x00, "null"},    {0x06, "IP"},      {0x42, "STP"},
    {0x7e, "X.25"},    {0x98, "ARP"},     {0xaa, "SNAP of an organisation"},
    {0xe0, "IPX"},     {0xf0, "NetBIOS"}, {0xfe, "ISO network layer: IS-IS"},
    {0xff, "raw IPX"},
};

constexpr Name kCookedProtocols[] = {{0x0003, "every packet"}, {0x000c, "CAN"}, {0x000d, "CAN FD"}, {0x00f7, "PPP"}};

constexpr Name kCookedDevices[] = {
    {770, "Frame Relay"},          {801, "IEEE 802.11"}, {802, "IEEE 802.11 Prism"},
    {803, "IEEE 802.11 radiotap"}, {824, "netlink"},
};

constexpr Name kAddressFamilies[] = {{1, "local"}, {7, "NBS"}, {16, "AppleTalk"}, {18, "link"}, {23, "IPX"}};

constexpr Name kIpProtocols[] = {
    {3, "GGP"},        {4, "IPv4 in IP"},
    {8, "EGP"},        {9, "IGP"},
    {33, "DCCP"},      {41, "IPv6 in IP"},
    {46, "RSVP"},      {47, "GRE"},
    {50, "ESP"},       {51, "AH"},
    {55, "MOBILE"},    {88, "EIGRP"},
    {89, "OSPF"},      {94, "IPIP"},
    {97, "EtherIP"},   {98, "ENCAP"},
    {103, "PIM"},      {108, "IPComp"},
    {112, "VRRP"},     {113, "PGM"},
    {115, "L2TP"},     {124, "IS-IS over IPv4"},
    {132, "SCTP"},     {135, "Mobility"},
    {136, "UDP-Lite"}, {137, "MPLS in IP"},
    {139, "HIP"},      {140, "Shim6"},
    {143, "Ethernet"},
};

std::string_view name_of(std::uint32_t number, std::span<const Name> names) {
  for (const Name& name : names) {
    if (name.number == number) return name.text;
  }
  return {};
}

std::string named(std::string number_text, std::uint32_t number, std::span<const Name> names) {
  const std::string_view name = name_of(number, names);
  return name.empty() ? number_text : fmt::format("{} ({})", number_text, name);
}

}  // namespace

std::string unknown_text(const Decoded& decoded) {
  if (decoded.outcome != DecodeOutcome::unsupported) return {};
  const std::uint32_t number = decoded.stopped_number;
  switch (decoded.stopped_at) {
    case Layer::link:
      return named(fmt::format("link type {}", number), number, kLinkTypes);
    case Layer::ethertype:
      return named(fmt::format("ethertype 0x{:04x}", number), number, kEthertypes);
    case Layer::llc:
      return named(fmt::format("LLC 0x{:02x}", number), number, kLlc);
    case Layer::cooked_protocol:
      return named(fmt::format("Linux packet type 0x{:04x}", number), number, kCookedProtocols);
    case Layer::cooked_device:
      return named(fmt::format("Linux device type {}", number), number, kCookedDevices);
    case Layer::address_family:
      return named(fmt::format("address family {}", number), number, kAddressFamilies);
    case Layer::ip_protocol:
      return named(fmt::format("ip protocol {}", number), number, kIpProtocols);
    case Layer::network:
    case Layer::transport:
    case Layer::payload:
      break;  // no number leads on from there
  }
  return {};
}

}  // namespace wirecause
