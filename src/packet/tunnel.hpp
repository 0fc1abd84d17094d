// What a packet carries inside another one: GRE, ERSPAN, VXLAN, GENEVE, IP in IP, MPLS, PPPoE. decode() stops in front of
// them; enter_tunnels() goes on to the innermost packet, through at most kMostTunnels of them.
//
// Who calls it: FlowDecoder, for every packet that is not of a plain flow. A pure function of the bytes, like decode().
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "packet/decode.hpp"

namespace wirecause {

// Real networks nest two or three; more is an attack on whoever follows them.
inline constexpr std::uint8_t kMostTunnels = 4;

// Where UDP datagrams may be tunnels: VXLAN (RFC 7348, and the port that Linux had before), GENEVE (RFC 8926).
constexpr bool is_tunnel_port(std::uint16_t port) noexcept { return port == 4789 || port == 8472 || port == 6081; }

// `out` is what decode() says of `packet`. Where it ends in front of a tunnel, it becomes what is inside: network, transport,
// payload, offsets into `packet`, outcome; and VLANs and MACs, where the tunnel carries Ethernet. A datagram on a tunnel's
// port that holds no packet stays a datagram.
void enter_tunnels(const PacketView& packet, Decoded& out) noexcept;

// "vxlan"; of Tunnel::none, nothing.
std::string_view text(Tunnel tunnel) noexcept;

}  // namespace wirecause
