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

void read_segment(const PacketView& packet, const Decoded& decoded, TimeNs time, std::uint32_t point,
                  Segment& segment) noexcept {
  segment.time = time;
  segment.frame = packet.frame;
  segment.input = packet.input;
  segment.point = point;
  segment.vlan = decoded.vlan;
  segment.inner_vlan = decoded.inner_vlan;
  segment.has_mac = decoded.has_mac;
  segment.source_mac = decoded.source_mac;
  segment.destination_mac = decoded.destination_mac;
  segment.tunnel = decoded.tunnel;
  segment.tunnel_number = decoded.tunnel_number;
  segment.tunnel_id = decoded.tunnel_id;
  segment.source = {decoded.source, decoded.source_port};
  segment.destination = {decoded.destination, decoded.destination_port};
  segment.sequence = decoded.tcp.sequence;
  segment.acknowledgement = decoded.tcp.acknowledgement;
  segment.window = decoded.tcp.window;
  segment.flags = decoded.tcp.flags;
  segment.ttl = decoded.ttl;
  segment.ecn = decoded.traffic_class & 3U;
  segment.checksum = checksum_of(packet, decoded);
  segment.ip_id = decoded.ip_id;
  segment.length = decoded.payload_wire_length;
  segment.payload = decoded.payload;
  read_options(decoded.tcp.options, segment.options);
}

}  // namespace wirecause::tcp
