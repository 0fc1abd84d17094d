// From a captured packet to its network and transport header: link -> network -> transport, one straight line.
//
// Who calls it: engine, for every packet. A pure function of the bytes; it keeps nothing, allocates nothing, and reads
// no byte after the captured ones. Only the outermost layers are decoded: no reassembly, and tunnels are entered
// afterwards (packet/tunnel.hpp).
//
//   ok           all headers up to the transport header were read (a later fragment has none: is_fragment says so). The
//                payload may still be cut: payload.size() < payload_wire_length.
//   truncated    the capture ends inside a header (caplen < length). Never called malformed.
//   malformed    the packet contradicts itself: a captured header field that cannot be, or a length beyond the wire's.
//   unsupported  a counted unknown: `stopped_at` and `stopped_number` say by which number; packet/unknown.hpp names it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/address.hpp"
#include "base/bytes.hpp"
#include "packet/packet_view.hpp"

namespace wirecause {

enum class DecodeOutcome : std::uint8_t { ok, not_mine, truncated, malformed, unsupported };

// Where decoding stopped: inside a header of `link`, `network` or `transport`, at the `payload` (all was read), or at a
// number that leads to nothing that is decoded here.
enum class Layer : std::uint8_t {
  link,             // number: link type
  ethertype,        // number: EtherType
  llc,              // number: DSAP of an 802.2 header, 0xff for raw IPX
  cooked_protocol,  // number: Linux packet type below 0x600 (ETH_P_CAN, ...)
  cooked_device,    // number: ARPHRD type whose protocol field is no EtherType (netlink, ...)
  address_family,   // number: BSD address family of a loopback header
  network,          // inside the IP header
  ip_protocol,      // number: IP protocol or IPv6 next header
  transport,        // inside the transport header
  payload,
};

enum class Checksum : std::uint8_t {
  absent,  // the protocol has none here (UDP over IPv4 with 0, IPv6 header)
  good,
  bad,
  not_checked,  // bytes missing from the capture, or a fragment
  unfilled,     // PacketView::is_checksum_unfilled
};

enum class Tunnel : std::uint8_t { none, mpls, pppoe, gre, erspan, ip_in_ip, vxlan, geneve };

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
  std::uint32_t stopped_number = 0;

  // Link
  bool has_mac = false;
  MacAddress source_mac{};
  MacAddress destination_mac{};
  std::uint16_t vlan = kNoVlan;              // outer VLAN id
  std::uint16_t inner_vlan = kNoVlan;        // second tag of QinQ; further tags are skipped
  Direction direction = Direction::unknown;  // Linux cooked captures say it in the packet itself
  std::uint32_t network_offset = 0;          // of the IP header in PacketView::bytes; meaningful with ip_version

  // Around all below, where a tunnel was entered (packet/tunnel.hpp)
  Tunnel tunnel = Tunnel::none;     // the innermost
  std::uint8_t tunnels = 0;         // how many
  std::uint32_t tunnel_number = 0;  // of the innermost: VNI, key, label, session
  std::uint32_t tunnel_id = 0;      // tells all of them together from others; 0: none

  // Network
  std::uint8_t ip_version = 0;  // 4, 6, or 0 where there was no IP header
  std::uint8_t ttl = 0;         // TTL or hop limit
  std::uint8_t traffic_class = 0;
  std::uint32_t ip_id = 0;            // IPv4 identification, or that of an IPv6 fragment header
  bool is_fragment = false;           // any fragment, the first one included; not an IPv6 "atomic" one (RFC 6946)
  std::uint32_t fragment_offset = 0;  // bytes
  IpAddress source;
  IpAddress destination;
  Checksum ip_checksum = Checksum::absent;
  std::uint32_t ip_length = 0;  // IP header and payload, as the header claims (or the frame, for TSO's 0)

  // Transport
  Transport transport = Transport::none;  // other than none only when its header was read
  std::uint32_t transport_offset = 0;     // of what follows the IP headers; meaningful with ip_version
  std::uint8_t ip_protocol = 0;
  std::uint16_t source_port = 0;  // UDP and TCP
  std::uint16_t destination_port = 0;
  std::uint8_t message_type = 0;  // ICMP, ICMPv6, IGMP
  std::uint8_t message_code = 0;  // ICMP, ICMPv6
  Checksum transport_checksum = Checksum::absent;
  TcpHeader tcp;

  Bytes payload;  // captured bytes above the transport header (or above the last header reached)
  std::uint32_t payload_wire_length = 0;  // what the payload measured on the wire; > payload.size() when cut
};

// Overwrites every field of `out`: about 3 ns of plain stores, which buys that no field is ever stale.
void decode(const PacketView& packet, Decoded& out) noexcept;

}  // namespace wirecause
