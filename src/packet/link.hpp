// Link headers: from the link type of the capture to the network header. Called by decode() only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/cursor.hpp"

namespace wirecause {

// Ethernet II, 802.3 with LLC/SNAP, VLAN tags (Layer 2 of almost every capture).
void decode_ethernet(const PacketView& packet, Cursor at, Decoded& out) noexcept;

// Linux cooked captures ("any" interface): LINKTYPE_LINUX_SLL and _SLL2.
void decode_cooked(const PacketView& packet, Cursor at, Decoded& out) noexcept;
void decode_cooked2(const PacketView& packet, Cursor at, Decoded& out) noexcept;

// BSD loopback: a 4-byte address family, in either byte order.
void decode_loopback(const PacketView& packet, Cursor at, Decoded& out) noexcept;

// What an EtherType leads to; tags are peeled off here. Numbers up to 1500 are 802.3 lengths.
void decode_ethertype(const PacketView& packet, std::uint16_t ethertype, Cursor at, Decoded& out) noexcept;

}  // namespace wirecause
