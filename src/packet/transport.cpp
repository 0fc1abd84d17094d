// SPDX-License-Identifier: Apache-2.0
#include "packet/transport.hpp"

#include "packet/ip_protocol.hpp"

namespace wirecause {
namespace {

// A first fragment may end inside the transport header (RFC 1858 calls it tiny): then there is no header to read here,
// and nothing is wrong with the packet itself.
bool is_tiny_fragment(Cursor at, std::uint32_t header_length, const Decoded& out) noexcept {
  return out.is_fragment && at.wire() < header_length;
}

Checksum verify(const PacketView& packet, Cursor at, std::uint32_t length, OnesSum addresses, bool is_final,
                const Decoded& out) noexcept {
  if (packet.is_checksum_unfilled) return Checksum::unfilled;
  if (!at.has(length) || out.is_fragment || !is_final) return Checksum::not_checked;
  return verify_transport(addresses, out.ip_protocol, at.rest().first(length));
}

// Ports are read as soon as their four bytes are there: a capture cut at 38 bytes still says whose packet it was.
void read_ports(Cursor at, Decoded& out) noexcept {
  const auto ports = header<4>(at.rest());
  if (!ports) return;
  out.source_port = ports->be<std::uint16_t, 0>();
  out.destination_port = ports->be<std::uint16_t, 2>();
}

// UDP (RFC 768):
//   0               2                    4            6              8
//   | src port (2)  | dst port (2)       | length (2) | checksum (2) | payload
// The length counts the header. 0 is a jumbogram's, whose length is that of the IP payload (RFC 2675 4). Bytes behind
// the length belong to IP (RFC 9868 puts options there) and are not payload.
void decode_udp(const PacketView& packet, Cursor at, OnesSum addresses, bool is_final, Decoded& out) noexcept {
  constexpr std::uint32_t kHeader = 8;
  constexpr std::uint32_t kLargestLength = 0xffff;
  if (is_tiny_fragment(at, kHeader, out)) return stop_complete(at, out);
  read_ports(at, out);
  const auto udp = header<kHeader>(at.rest());
  if (!udp) return stop_short(at, kHeader, Layer::transport, out);
  const std::uint16_t length_field = udp->be<std::uint16_t, 4>();
  const bool is_jumbogram = length_field == 0 && out.ip_version == 6 && at.wire() > kLargestLength;
  const std::uint32_t length = is_jumbogram ? at.wire() : length_field;
  if (length < kHeader || (length > at.wire() && !out.is_fragment)) return stop_malformed(Layer::transport, out);
  if (length < at.wire()) at.trim(length);

  out.transport = Transport::udp;
  if (udp->be<std::uint16_t, 6>() == 0 && !packet.is_checksum_unfilled) {
    out.transport_checksum =
        Checksum::absent;  // over IPv6 only tunnels may (RFC 6935); which those are is not known here
  } else {
    out.transport_checksum = verify(packet, at, length, addresses, is_final, out);
  }
  at.advance(kHeader);
  stop_complete(at, out);
}

// TCP (RFC 9293 3.1):
//   | source port (2)               | destination port (2)          |  0
//   | sequence number (4)                                           |  4
//   | acknowledgement number (4)                                    |  8
//   | offset | res. | C E U A P R S F | window (2)                  | 12   offset: header length in 4 bytes
//   | checksum (2)                  | urgent pointer (2)            | 16
//   | options, (offset - 5) * 4 bytes                               | 20
void decode_tcp(const PacketView& packet, Cursor at, OnesSum addresses, bool is_final, Decoded& out) noexcept {
  constexpr std::uint32_t kMinHeader = 20;
  if (is_tiny_fragment(at, kMinHeader, out)) return stop_complete(at, out);
  read_ports(at, out);
  const auto tcp = header<kMinHeader>(at.rest());
  if (!tcp) return stop_short(at, kMinHeader, Layer::transport, out);
  const std::uint32_t header_length = (tcp->be<std::uint8_t, 12>() >> 4U) * 4U;
  if (header_length < kMinHeader) return stop_malformed(Layer::transport, out);
  if (is_tiny_fragment(at, header_length, out)) return stop_complete(at, out);
  if (!at.has(header_length)) return stop_short(at, header_length, Layer::transport, out);

  out.transport = Transport::tcp;
  out.tcp.sequence = tcp->be<std::uint32_t, 4>();
  out.tcp.acknowledgement = tcp->be<std::uint32_t, 8>();
  out.tcp.flags = tcp->be<std::uint8_t, 13>();
  out.tcp.window = tcp->be<std::uint16_t, 14>();
  out.tcp.options = at.rest().subspan(kMinHeader, header_length - kMinHeader);
  out.transport_checksum = verify(packet, at, at.wire(), addresses, is_final, out);
  at.advance(header_length);
  stop_complete(at, out);
}

// ICMP (RFC 792), ICMPv6 (RFC 4443 2.1) and IGMP (RFC 2236, RFC 3376) begin alike:
//   | type (1) | code (1) | checksum (2) | ...
// What is inside (errors quote a packet, reports list groups) is not decoded here.
void decode_message(Transport transport, std::uint32_t header_length, Cursor at, Decoded& out) noexcept {
  if (is_tiny_fragment(at, header_length, out)) return stop_complete(at, out);
  if (!at.has(header_length)) return stop_short(at, header_length, Layer::transport, out);
  out.transport = transport;
  out.message_type = std::to_integer<std::uint8_t>(at.rest()[0]);
  out.message_code = std::to_integer<std::uint8_t>(at.rest()[1]);
  out.transport_checksum = Checksum::not_checked;
  at.advance(header_length);
  stop_complete(at, out);
}

constexpr std::uint32_t kIcmpHeader = 8;
constexpr std::uint32_t kIcmpv6Header = 4;  // the rest is called message body
constexpr std::uint32_t kIgmpHeader = 8;

}  // namespace

void decode_transport(const PacketView& packet, Cursor at, OnesSum addresses, bool is_final, Decoded& out) noexcept {
  out.transport_offset = at.offset_in(packet);
  if (out.fragment_offset != 0) return stop_complete(at, out);
  switch (out.ip_protocol) {
    case kProtocolUdp:
      return decode_udp(packet, at, addresses, is_final, out);
    case kProtocolTcp:
      return decode_tcp(packet, at, addresses, is_final, out);
    case kProtocolIcmp:
      return decode_message(Transport::icmp, kIcmpHeader, at, out);
    case kProtocolIcmpv6:
      return decode_message(Transport::icmpv6, kIcmpv6Header, at, out);
    case kProtocolIgmp:
      return decode_message(Transport::igmp, kIgmpHeader, at, out);
    case kProtocolNoNext:
      return stop_complete(at, out);
    default:
      stop_unsupported(at, Layer::ip_protocol, out.ip_protocol, out);
  }
}

}  // namespace wirecause
