// SPDX-License-Identifier: Apache-2.0
#include "tcp/segment.hpp"

namespace wirecause::tcp {
namespace {

std::uint16_t checksum_of(const PacketView& packet, const Decoded& decoded) noexcept {
  constexpr std::size_t kChecksumAt = 16;
  const std::size_t at = std::size_t{decoded.transport_offset} + kChecksumAt;
  if (at + 2 > packet.bytes.size()) return 0;
  return detail::to_native(detail::load<std::uint16_t>(packet.bytes.data() + at), std::endian::big);
}

}  // namespace

void read_segment(const PacketView& packet, const Decoded& decoded, TimeNs time, Segment& segment) noexcept {
  segment.time = time;
  segment.frame = packet.frame;
  segment.payload = decoded.payload;
  segment.length = decoded.payload_wire_length;
  segment.sequence = decoded.tcp.sequence;
  segment.acknowledgement = decoded.tcp.acknowledgement;
  segment.window = decoded.tcp.window;
  segment.checksum = checksum_of(packet, decoded);
  segment.flags = decoded.tcp.flags;
  segment.ttl = decoded.ttl;
  segment.ecn = decoded.traffic_class & 3U;
  segment.ip_id = decoded.ip_id;
  segment.input = packet.input;
  read_options(decoded.tcp.options, segment.options);
}

void read_origin(const Decoded& decoded, std::uint32_t point, Origin& origin) noexcept {
  origin.source = {decoded.source, decoded.source_port};
  origin.destination = {decoded.destination, decoded.destination_port};
  origin.point = point;
  origin.vlan = decoded.vlan;
  origin.inner_vlan = decoded.inner_vlan;
  origin.tunnel_id = decoded.tunnel_id;
  origin.tunnel_number = decoded.tunnel_number;
  origin.tunnel = decoded.tunnel;
  origin.has_mac = decoded.has_mac;
  origin.source_mac = decoded.source_mac;
  origin.destination_mac = decoded.destination_mac;
}

}  // namespace wirecause::tcp
