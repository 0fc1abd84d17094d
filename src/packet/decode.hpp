// From a captured packet to its network and transport header: link -> network -> transport, one straight line.
//
// Who calls it: engine, for every packet. A pure function of the bytes; it keeps nothing, allocates nothing, and reads
// no byte after the captured ones. `truncated` means that the capture is short (caplen < length), `malformed` that the
// packet contradicts itself; a truncated packet is never called malformed. What is not decoded further is a counted
// unknown: `stopped_at` and `stopped_number` say by which number (EtherType, IP protocol, link type).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/address.hpp"
#include "base/bytes.hpp"
#include "packet/packet_view.hpp"

namespace wirecause {

enum class DecodeOutcome : std::uint8_t { ok, not_mine, truncated, malformed, unsupported };

// Where decoding went as far as it could. For `unsupported` the number beside it says what came next.
enum class Layer : std::uint8_t { link, ethertype, network, ip_protocol, transport, payload };

enum class Checksum : std::uint8_t {
  absent,       // the protocol has none here (UDP over IPv4 with 0, IPv6 header)
  good,
  bad,
  not_checked,  // bytes missing from the capture, or a fragment
};

enum class Transport : std::uint8_t { none, udp, tcp, icmp, igmp, icmpv6 };

inline constexpr std::uint16_t kNoVlan = 0xffff;

struct TcpHeader {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgement = 0;
  std::uint16_t window = 0;
  std::uint8_t flags = 0;  // CWR ECE URG ACK PSH RST SYN FIN
  Bytes options;
};

struct Decoded {
  DecodeOutcome outcome = DecodeOutcome::unsupported;
  Layer stopped_at = Layer::link;
  std::uint32_t stopped_number = 0;  // link type, EtherType (or LLC length), IP protocol

  // Link
  bool has_mac = false;
  MacAddress source_mac{};
  MacAddress destination_mac{};
  std::uint16_t vlan = kNoVlan;        // outer VLAN id
  std::uint16_t inner_vlan = kNoVlan;  // second tag of QinQ

  // Network
  std::uint8_t ip_version = 0;  // 4, 6, or 0 where there was no IP header
  std::uint8_t ttl = 0;         // TTL or hop limit
  std::uint8_t traffic_class = 0;
  std::uint32_t ip_id = 0;      // IPv4 identification, or that of an IPv6 fragment header
  bool is_fragment = false;     // any fragment, the first one included
  std::uint32_t fragment_offset = 0;  // bytes
  IpAddress source;
  IpAddress destination;
  Checksum ip_checksum = Checksum::absent;
  std::uint32_t ip_length = 0;  // IP header and payload, as the header claims (or the frame, for TSO's 0)

  // Transport
  Transport transport = Transport::none;
  std::uint8_t ip_protocol = 0;
  std::uint16_t source_port = 0;       // UDP and TCP
  std::uint16_t destination_port = 0;
  std::uint8_t message_type = 0;       // ICMP, ICMPv6, IGMP
  std::uint8_t message_code = 0;       // ICMP, ICMPv6
  Checksum transport_checksum = Checksum::absent;
  TcpHeader tcp;

  Bytes payload;                       // captured bytes above the transport header (or above the last header reached)
  std::uint32_t payload_wire_length = 0;  // what the payload measured on the wire; > payload.size() when cut
};

// Overwrites every field of `out`.
void decode(const PacketView& packet, Decoded& out) noexcept;

}  // namespace wirecause
