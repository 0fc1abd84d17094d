// SPDX-License-Identifier: Apache-2.0
#include "packet/tunnel.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "packet/ethertype.hpp"
#include "packet/ip_protocol.hpp"

namespace wirecause {
namespace {

constexpr std::uint16_t kEthertypeBridging = 0x6558;  // Ethernet inside
constexpr std::uint16_t kEthertypeErspan2 = 0x88be;
constexpr std::uint16_t kEthertypeErspan3 = 0x22eb;

// Where the inner packet begins, and what it begins with.
struct Inside {
  std::uint32_t offset = 0;  // in the outer payload
  LinkType link_type = LinkType::ethernet;
  Tunnel tunnel = Tunnel::none;
  std::uint32_t number = 0;
  std::uint32_t wire_length = 0;  // 0: to the end
  bool is_certain = false;        // the outer header says that it is this tunnel: else what is inside must show it
};

std::optional<LinkType> link_type_of(std::uint16_t ethertype) noexcept {
  if (ethertype == kEthertypeIpv4) return LinkType::ipv4;
  if (ethertype == kEthertypeIpv6) return LinkType::ipv6;
  if (ethertype == kEthertypeBridging) return LinkType::ethernet;
  return std::nullopt;
}

// MPLS label stack (RFC 3032), entries of 4 bytes up to the one with S:
//   | label (20 bits) | TC (3) | S (1) | TTL (8) |
// What follows has no type: IP shows its version; 0 is the control word of a pseudowire (RFC 4385, 4 bytes), then Ethernet.
std::optional<Inside> inside_mpls(Bytes bytes, std::uint32_t from) noexcept {
  constexpr std::uint32_t kMostLabels = 16;
  ByteReader reader(bytes);
  reader.skip(from);
  for (std::uint32_t i = 1; i <= kMostLabels; ++i) {
    const auto entry = reader.be<std::uint32_t>();
    if ((entry & 0x100U) == 0) continue;
    Inside inside{from + 4 * i, LinkType::ipv4, Tunnel::mpls, entry >> 12U, 0, false};
    const auto version = static_cast<unsigned>(reader.be<std::uint8_t>() >> 4U);
    if (!reader.ok()) return std::nullopt;
    if (version == 4) return inside;
    inside.link_type = version == 6 ? LinkType::ipv6 : LinkType::ethernet;
    if (version == 0) inside.offset += 4;
    return version == 6 || version == 0 ? std::optional(inside) : std::nullopt;
  }
  return std::nullopt;
}

// GRE (RFC 2784, RFC 2890); each optional part is 4 bytes:
//   0                         2                   4
//   | C . K S . . . version 3 | protocol type (2) | checksum, key, sequence number
// ERSPAN (draft-foschiano-erspan) is GRE with a header of its own: type II 8 bytes, behind a sequence number; without one
// (type I) none; type III 12 bytes, and 8 more with O, its lowest bit.
std::optional<Inside> inside_gre(Bytes bytes) noexcept {
  const auto gre = header<4>(bytes);
  if (!gre) return std::nullopt;
  const auto flags = gre->be<std::uint16_t, 0>();
  constexpr std::uint16_t kUnread = 0x4f87;  // source routing, recursion, reserved, another version
  if ((flags & kUnread) != 0) return std::nullopt;
  const auto protocol = gre->be<std::uint16_t, 2>();
  const bool has_key = (flags & 0x2000U) != 0;
  const bool has_sequence = (flags & 0x1000U) != 0;
  const std::uint32_t key_at = 4 + ((flags & 0x8000U) != 0 ? 4U : 0U);
  Inside inside{key_at + (has_key ? 4U : 0U) + (has_sequence ? 4U : 0U), LinkType::ethernet, Tunnel::gre, 0, 0, true};
  if (bytes.size() < inside.offset) return std::nullopt;
  ByteReader reader(bytes);
  reader.skip(key_at);
  if (has_key) inside.number = reader.be<std::uint32_t>();
  if (protocol == kEthertypeMpls || protocol == kEthertypeMplsMulticast) return inside_mpls(bytes, inside.offset);
  if (protocol == kEthertypeErspan2 || protocol == kEthertypeErspan3) {
    const bool is_third = protocol == kEthertypeErspan3;
    constexpr std::uint32_t kThird = 12;
    const auto own = header<kThird>(bytes.subspan(inside.offset));
    if (own && (has_sequence || is_third)) inside.number = own->be<std::uint16_t, 2>() & 0x03ffU;
    if (has_sequence) inside.offset += 8;
    if (is_third) inside.offset += 4 + (own && (own->be<std::uint8_t, 11>() & 1U) != 0 ? 8U : 0U);
    inside.tunnel = Tunnel::erspan;
    return inside;
  }
  const auto link_type = link_type_of(protocol);
  if (!link_type) return std::nullopt;
  inside.link_type = *link_type;
  return inside;
}

// PPPoE session (RFC 2516) and PPP protocol (RFC 1661):
//   0                  1          2             4            6
//   | version, type 1  | code 0   | session (2) | length (2) | protocol (2) | payload      the length counts the protocol
std::optional<Inside> inside_pppoe(Bytes bytes) noexcept {
  constexpr std::uint16_t kIpv4 = 0x0021;
  constexpr std::uint16_t kIpv6 = 0x0057;
  const auto ppp = header<8>(bytes);
  if (!ppp || ppp->be<std::uint16_t, 0>() != 0x1100) return std::nullopt;
  const auto length = ppp->be<std::uint16_t, 4>();
  const auto protocol = ppp->be<std::uint16_t, 6>();
  if ((protocol != kIpv4 && protocol != kIpv6) || length <= 2) return std::nullopt;
  return Inside{
      8,   protocol == kIpv4 ? LinkType::ipv4 : LinkType::ipv6, Tunnel::pppoe, ppp->be<std::uint16_t, 2>(), length - 2U,
      true};
}

// VXLAN (RFC 7348):  | flags: I = 0x08 | reserved (3) | VNI (3) | reserved |   then Ethernet
std::optional<Inside> inside_vxlan(Bytes bytes) noexcept {
  const auto vxlan = header<8>(bytes);
  if (!vxlan || vxlan->be<std::uint8_t, 0>() != 0x08) return std::nullopt;
  return Inside{8, LinkType::ethernet, Tunnel::vxlan, vxlan->be<std::uint32_t, 4>() >> 8U, 0, false};
}

// GENEVE (RFC 8926):
//   0                          1                2                   4         7          8
//   | version 2, options (6)   | O C . . . . .  | protocol type (2) | VNI (3) | reserved | options, in units of 4 bytes
std::optional<Inside> inside_geneve(Bytes bytes) noexcept {
  const auto geneve = header<8>(bytes);
  if (!geneve) return std::nullopt;
  const auto first = geneve->be<std::uint8_t, 0>();
  const auto link_type = link_type_of(geneve->be<std::uint16_t, 2>());
  if ((first >> 6U) != 0 || !link_type) return std::nullopt;
  return Inside{8 + 4 * (first & 0x3fU), *link_type, Tunnel::geneve, geneve->be<std::uint32_t, 4>() >> 8U, 0, false};
}

std::optional<Inside> inside_ip(std::uint32_t protocol, Bytes bytes) noexcept {
  if (protocol == kProtocolIpv4) return Inside{0, LinkType::ipv4, Tunnel::ip_in_ip, 0, 0, true};
  if (protocol == kProtocolIpv6) return Inside{0, LinkType::ipv6, Tunnel::ip_in_ip, 0, 0, true};
  if (protocol == kProtocolMplsInIp) return inside_mpls(bytes, 0);
  return protocol == kProtocolGre ? inside_gre(bytes) : std::nullopt;
}

std::optional<Inside> inside_of(const Decoded& out) noexcept {
  if (out.is_fragment) return std::nullopt;
  if (out.outcome == DecodeOutcome::ok) {
    if (out.transport != Transport::udp || !is_tunnel_port(out.destination_port)) return std::nullopt;
    return out.destination_port == 6081 ? inside_geneve(out.payload) : inside_vxlan(out.payload);
  }
  if (out.outcome != DecodeOutcome::unsupported) return std::nullopt;
  if (out.stopped_at == Layer::ip_protocol) return inside_ip(out.stopped_number, out.payload);
  if (out.stopped_at != Layer::ethertype) return std::nullopt;
  if (out.stopped_number == kEthertypePppoe) return inside_pppoe(out.payload);
  const bool is_mpls = out.stopped_number == kEthertypeMpls || out.stopped_number == kEthertypeMplsMulticast;
  return is_mpls ? inside_mpls(out.payload, 0) : std::nullopt;
}

bool is_worth_entering(const Decoded& inner) noexcept {
  return inner.ip_version != 0 &&
         (inner.outcome == DecodeOutcome::ok || inner.outcome == DecodeOutcome::truncated || inside_of(inner));
}

// One number for all tunnels around a packet, so that the same addresses in another one are another stream.
std::uint32_t mixed(std::uint32_t id, const Inside& inside) noexcept {
  constexpr std::uint32_t kOdd = 0x9e3779b1;  // digits of the golden ratio
  const std::uint32_t own = (static_cast<std::uint32_t>(inside.tunnel) << 28U) ^ inside.number;
  return ((id ^ own) + 1) * kOdd;
}

}  // namespace

void enter_tunnels(const PacketView& packet, Decoded& out) noexcept {
  for (std::uint8_t depth = 1; depth <= kMostTunnels; ++depth) {
    const auto inside = inside_of(out);
    if (!inside || inside->offset > out.payload.size()) return;
    PacketView view = packet;
    view.bytes = out.payload.subspan(inside->offset);
    view.wire_length = out.payload_wire_length - inside->offset;
    if (inside->wire_length != 0 && inside->wire_length <= view.wire_length) {
      view.wire_length = inside->wire_length;
      view.bytes = view.bytes.first(std::min<std::size_t>(view.bytes.size(), inside->wire_length));
    }
    view.link_type = inside->link_type;
    Decoded inner;
    decode(view, inner);
    if (!inside->is_certain && !is_worth_entering(inner)) return;
    const auto before = static_cast<std::uint32_t>(view.bytes.data() - packet.bytes.data());
    inner.network_offset += before;
    inner.transport_offset += before;
    if (!inner.has_mac) {
      inner.has_mac = out.has_mac;
      inner.source_mac = out.source_mac;
      inner.destination_mac = out.destination_mac;
      inner.vlan = out.vlan;
      inner.inner_vlan = out.inner_vlan;
    }
    inner.direction = out.direction;
    inner.tunnel = inside->tunnel;
    inner.tunnel_number = inside->number;
    inner.tunnel_id = mixed(out.tunnel_id, *inside);
    inner.tunnels = depth;
    out = inner;
  }
}

std::string_view text(Tunnel tunnel) noexcept {
  constexpr std::array<std::string_view, 8> kNames{"", "mpls", "pppoe", "gre", "erspan", "ip_in_ip", "vxlan", "geneve"};
  return kNames[static_cast<std::size_t>(tunnel)];
}

}  // namespace wirecause
