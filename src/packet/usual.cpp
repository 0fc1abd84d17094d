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

// Where the IP header begins, if it is a usual one of `protocol`; else 0.
inline std::uint32_t network_of(const PacketView& packet, std::uint8_t protocol) noexcept {
  const auto ethernet = header<kLongestHeaders>(packet.bytes);
  if (!ethernet) return 0;
  const std::uint16_t type = ethernet->be<std::uint16_t, 12>();
  const bool is_tagged = type == kEthertypeVlan;
  if ((is_tagged ? ethernet->be<std::uint16_t, 16>() : type) != kEthertypeIpv4) return 0;
  const std::uint32_t network = is_tagged ? kEthernet + kTag : kEthernet;
  const auto ip = headers_at(packet, network);
  constexpr std::uint16_t kVersion4Header20 = 0x4500;
  constexpr std::uint16_t kAnyFragment = 0x3fff;  // more fragments, offset
  const bool is_usual = (ip.be<std::uint16_t, 0>() & 0xff00U) == kVersion4Header20 &&
                        (ip.be<std::uint16_t, 6>() & kAnyFragment) == 0 && ip.be<std::uint8_t, 9>() == protocol;
  return is_usual ? network : 0;
}

// Down to the ports. Offsets as drawn at decode_ethernet() and decode_ipv4().
inline void read_shared(const PacketView& packet, std::uint32_t network, Transport transport, Decoded& out) noexcept {
  const FixedView<kLongestHeaders> ethernet(packet.bytes.data());
  const auto ip = headers_at(packet, network);
  out.outcome = DecodeOutcome::ok;
  out.stopped_at = Layer::payload;
  out.stopped_number = 0;
  out.has_mac = true;
  out.destination_mac = mac(ethernet.slice<0, 6>());
  out.source_mac = mac(ethernet.slice<6, 6>());
  out.vlan = network != kEthernet ? ethernet.be<std::uint16_t, 14>() & 0x0fffU : kNoVlan;
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
  out.transport = transport;
  out.transport_offset = network + kIp;
  out.ip_protocol = ip.be<std::uint8_t, 9>();
  out.source_port = ip.be<std::uint16_t, 20>();
  out.destination_port = ip.be<std::uint16_t, 22>();
  out.message_type = 0;
  out.message_code = 0;
}

}  // namespace

bool decode_usual(const PacketView& packet, Decoded& out) noexcept {
  const std::uint32_t network = network_of(packet, kProtocolUdp);
  if (network == 0 || !is_whole(packet, network)) return false;
  read_shared(packet, network, Transport::udp, out);
  out.tcp = {};
  read_changing(packet, out);
  return true;
}

bool decode_usual_tcp(const PacketView& packet, Decoded& out) noexcept {
  const std::uint32_t network = network_of(packet, kProtocolTcp);
  if (network == 0 || !read_changing_segment(packet, network, out)) return false;
  read_shared(packet, network, Transport::tcp, out);
  return true;
}

}  // namespace wirecause
