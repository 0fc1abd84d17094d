// What a tap takes without a filter of the user, as a program that the kernel runs before it copies a packet: multicast
// UDP, UDP to `unicast_ports`, fragments of UDP (the later ones have no ports), IGMP, MLD and all other ICMPv6, ICMP, ARP;
// IPv4 and IPv6; also behind one VLAN tag. (A tag that stands first has been taken out of the bytes when the filter runs,
// by the NIC or by skb_vlan_untag(): what the program sees behind a tag is the second of two, or what a driver left.)
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "capture/live/filter_assembler.hpp"
#include "packet/packet_view.hpp"

namespace wirecause {

// More ports than this make the program slow and long (the kernel takes 4 096 instructions): then all UDP is taken.
inline constexpr std::size_t kMostFilteredPorts = 1'024;

// `link_type`: ethernet or raw. `snap_length`: bytes of a packet that are kept.
FilterProgram default_filter(LinkType link_type, std::span<const std::uint16_t> unicast_ports,
                             std::uint32_t snap_length);

}  // namespace wirecause
