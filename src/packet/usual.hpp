// The shape that nearly every packet of a feed has, and that of a TCP connection, decoded in a straight line. Used by
// decode() and FlowDecoder only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/checksum.hpp"
#include "packet/decode.hpp"
#include "packet/ip_protocol.hpp"

namespace wirecause {

namespace usual {
inline constexpr std::uint32_t kEthernet = 14;
inline constexpr std::uint32_t kTag = 4;
inline constexpr std::uint32_t kIp = 20;
inline constexpr std::uint32_t kUdp = 8;
inline constexpr std::uint32_t kTcp = 20;  // without options
inline constexpr std::uint32_t kLongestHeaders = kEthernet + kTag + kIp + kUdp;

// The IP and UDP header; whoever asks has checked that the packet holds them.
inline FixedView<kIp + kUdp> headers_at(const PacketView& packet, std::uint32_t network) noexcept {
  return FixedView<kIp + kUdp>(packet.bytes.data() + network);
}

// Whether the lengths of IP and UDP agree and the whole datagram was captured.
inline bool is_whole(const PacketView& packet, std::uint32_t network) noexcept {
  const auto ip = headers_at(packet, network);
  const std::uint32_t length = ip.be<std::uint16_t, 2>();
  const std::uint32_t udp_length = ip.be<std::uint16_t, 24>();
  return udp_length >= kUdp && udp_length + kIp == length && network + length <= packet.bytes.size() &&
         packet.wire_length >= packet.bytes.size();
}

inline Checksum verify_udp(const PacketView& packet, std::uint16_t field, OnesSum addresses, Bytes segment) noexcept {
  if (packet.is_checksum_unfilled) return Checksum::unfilled;
  return field == 0 ? Checksum::absent : verify_transport(addresses, kProtocolUdp, segment);
}

// What differs between the packets of one flow: lengths, IP id, payload, and both checksums verified. `out` has the
// offsets; the packet is whole.
inline void read_changing(const PacketView& packet, Decoded& out) noexcept {
  const auto ip = headers_at(packet, out.network_offset);
  const std::uint32_t udp_length = ip.be<std::uint16_t, 24>();
  const Bytes segment = packet.bytes.subspan(out.transport_offset, udp_length);
  out.ip_id = ip.be<std::uint16_t, 4>();
  out.ip_length = ip.be<std::uint16_t, 2>();
  out.payload = segment.subspan(kUdp);
  out.payload_wire_length = udp_length - kUdp;
  const OnesSum addresses{ip.le<std::uint64_t, 12>()};
  const OnesSum rest = add_ones({ip.le<std::uint64_t, 0>()}, {ip.le<std::uint32_t, 8>()});
  out.ip_checksum = is_sum_good(add_ones(addresses, rest)) ? Checksum::good : Checksum::bad;
  out.transport_checksum = verify_udp(packet, ip.be<std::uint16_t, 26>(), addresses, segment);
}

// The same of the segments between two hosts, and their ports. `out` has the offsets. False: the segment is not whole, or
// its lengths contradict each other, and `out` is untouched. TCP's header as drawn at decode_tcp().
inline bool read_changing_segment(const PacketView& packet, std::uint32_t network, Decoded& out) noexcept {
  const auto ip = headers_at(packet, network);
  const std::uint32_t length = ip.be<std::uint16_t, 2>();
  const bool is_whole =
      length >= kIp + kTcp && network + length <= packet.bytes.size() && packet.wire_length >= packet.bytes.size();
  if (!is_whole) return false;
  const Bytes segment = packet.bytes.subspan(network + kIp, length - kIp);
  const FixedView<kTcp> tcp(segment.data());
  const std::uint32_t header_length = (tcp.be<std::uint8_t, 12>() >> 4U) * 4U;
  if (header_length < kTcp || header_length > segment.size()) return false;
  out.source_port = tcp.be<std::uint16_t, 0>();
  out.destination_port = tcp.be<std::uint16_t, 2>();
  out.ip_id = ip.be<std::uint16_t, 4>();
  out.ip_length = length;
  out.tcp.sequence = tcp.be<std::uint32_t, 4>();
  out.tcp.acknowledgement = tcp.be<std::uint32_t, 8>();
  out.tcp.flags = tcp.be<std::uint8_t, 13>();
  out.tcp.window = tcp.be<std::uint16_t, 14>();
  out.tcp.options = segment.subspan(kTcp, header_length - kTcp);
  out.payload = segment.subspan(header_length);
  out.payload_wire_length = length - kIp - header_length;
  const OnesSum addresses{ip.le<std::uint64_t, 12>()};
  const OnesSum rest = add_ones({ip.le<std::uint64_t, 0>()}, {ip.le<std::uint32_t, 8>()});
  out.ip_checksum = is_sum_good(add_ones(addresses, rest)) ? Checksum::good : Checksum::bad;
  out.transport_checksum =
      packet.is_checksum_unfilled ? Checksum::unfilled : verify_transport(addresses, kProtocolTcp, segment);
  return true;
}
}  // namespace usual

// Ethernet with at most one 802.1Q tag, IPv4 without options, UDP, no fragment, captured whole. False: it is anything
// else, or contradicts itself in any way, and `out` is untouched. Says of a packet exactly what the general decoders
// say.
bool decode_usual(const PacketView& packet, Decoded& out) noexcept;
// The same for TCP, whatever its options.
bool decode_usual_tcp(const PacketView& packet, Decoded& out) noexcept;

}  // namespace wirecause
