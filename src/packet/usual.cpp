// SPDX-License-Identifier: Apache-2.0
#include "packet/usual.hpp"

#include "packet/checksum.hpp"
#include "packet/ethertype.hpp"
#include "packet/ip_protocol.hpp"

namespace wirecause {
namespace {

constexpr std::uint32_t kEthernet = 14;
constexpr std::uint32_t kTag = 4;
constexpr std::uint32_t kIp = 20;
constexpr std::uint32_t kUdp = 8;

MacAddress mac(std::span<const std::byte, 6> bytes) noexcept {
  MacAddress copy;
  std::memcpy(copy.data(), bytes.data(), copy.size());
  return copy;
}

}  // namespace

// Offsets as drawn at decode_ethernet(), decode_ipv4() and decode_udp().
bool decode_usual(const PacketView& packet, Decoded& out) noexcept {
  const auto ethernet = header<kEthernet + kTag + kIp + kUdp>(packet.bytes);
  if (!ethernet || packet.wire_length < packet.bytes.size()) return false;
  const std::uint16_t type = ethernet->be<std::uint16_t, 12>();
  const bool is_tagged = type == kEthertypeVlan;
  if ((is_tagged ? ethernet->be<std::uint16_t, 16>() : type) != kEthertypeIpv4) return false;
  const std::uint32_t network = is_tagged ? kEthernet + kTag : kEthernet;

  const auto ip = FixedView<kIp + kUdp>(packet.bytes.data() + network);  // inside what was checked
  constexpr std::uint16_t kVersion4Header20 = 0x4500;
  constexpr std::uint16_t kAnyFragment = 0x3fff;  // more fragments, offset
  const std::uint32_t length = ip.be<std::uint16_t, 2>();
  const std::uint32_t udp_length = ip.be<std::uint16_t, 24>();
  const bool is_usual = (ip.be<std::uint16_t, 0>() & 0xff00U) == kVersion4Header20 &&
                        (ip.be<std::uint16_t, 6>() & kAnyFragment) == 0 && ip.be<std::uint8_t, 9>() == kProtocolUdp &&
                        udp_length >= kUdp && udp_length + kIp == length && network + length <= packet.bytes.size();
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
  out.network_offset = network;
  out.ip_version = 4;
  out.ttl = ip.be<std::uint8_t, 8>();
  out.traffic_class = ip.be<std::uint8_t, 1>();
  out.ip_id = ip.be<std::uint16_t, 4>();
  out.is_fragment = false;
  out.fragment_offset = 0;
  out.source = IpAddress::v4(ip.be<std::uint32_t, 12>());
  out.destination = IpAddress::v4(ip.be<std::uint32_t, 16>());
  out.ip_length = length;
  out.transport = Transport::udp;
  out.transport_offset = network + kIp;
  out.ip_protocol = kProtocolUdp;
  out.source_port = ip.be<std::uint16_t, 20>();
  out.destination_port = ip.be<std::uint16_t, 22>();
  out.message_type = 0;
  out.message_code = 0;
  out.tcp = {};
  const Bytes segment = packet.bytes.subspan(out.transport_offset, udp_length);
  out.payload = segment.subspan(kUdp);
  out.payload_wire_length = udp_length - kUdp;

  verify_usual(ip, segment, out);
  return true;
}

}  // namespace wirecause
