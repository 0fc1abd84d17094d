// SPDX-License-Identifier: Apache-2.0
#include "packet/usual.hpp"

#include "packet/ethertype.hpp"

namespace wirecause {

using namespace usual;

namespace {

MacAddress mac(std::span<const std::byte, 6> bytes) noexcept {
  MacAddress copy;
  std::memcpy(copy.data(), bytes.data(), copy.size());
  return copy;
}

}  // namespace

// Offsets as drawn at decode_ethernet(), decode_ipv4() and decode_udp().
bool decode_usual(const PacketView& packet, Decoded& out) noexcept {
  const auto ethernet = header<kLongestHeaders>(packet.bytes);
  if (!ethernet) return false;
  const std::uint16_t type = ethernet->be<std::uint16_t, 12>();
  const bool is_tagged = type == kEthertypeVlan;
  if ((is_tagged ? ethernet->be<std::uint16_t, 16>() : type) != kEthertypeIpv4) return false;
  const std::uint32_t network = is_tagged ? kEthernet + kTag : kEthernet;

  const auto ip = headers_at(packet, network);
  constexpr std::uint16_t kVersion4Header20 = 0x4500;
  constexpr std::uint16_t kAnyFragment = 0x3fff;  // more fragments, offset
  const bool is_usual = (ip.be<std::uint16_t, 0>() & 0xff00U) == kVersion4Header20 &&
                        (ip.be<std::uint16_t, 6>() & kAnyFragment) == 0 && ip.be<std::uint8_t, 9>() == kProtocolUdp &&
                        is_whole(packet, network);
  if (!is_usual) return false;

  out.outcome = DecodeOutcome::ok;
  out.stopped_at = Layer::payload;
  out.stopped_number = 0;
  out.has_mac = true;
  out.destination_mac = mac(ethernet->slice<0, 6>());
  out.source_mac = mac(ethernet->slice<6, 6>());
  out.vlan = is_tagged ? ethernet->be<std::uint16_t, 14>() & 0x0fffU : kNoVlan;
  out.inner_vlan = kNoVlan;
  out.direction = Direction::unknown;
  out.tunnel = Tunnel::none;
  out.tunnels = 0;
  out.tunnel_number = 0;
  out.tunnel_id = 0;
  out.network_offset = network;
  out.ip_version = 4;
  out.ttl = ip.be<std::uint8_t, 8>();
  out.traffic_class = ip.be<std::uint8_t, 1>();
  out.is_fragment = false;
  out.fragment_offset = 0;
  out.source = IpAddress::v4(ip.be<std::uint32_t, 12>());
  out.destination = IpAddress::v4(ip.be<std::uint32_t, 16>());
  out.transport = Transport::udp;
  out.transport_offset = network + kIp;
  out.ip_protocol = kProtocolUdp;
  out.source_port = ip.be<std::uint16_t, 20>();
  out.destination_port = ip.be<std::uint16_t, 22>();
  out.message_type = 0;
  out.message_code = 0;
  out.tcp = {};
  read_changing(packet, out);
  return true;
}

}  // namespace wirecause
