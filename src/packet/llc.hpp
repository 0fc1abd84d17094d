// 802.3 frames: a length instead of an EtherType, then LLC (IEEE 802.2). Only SNAP leads on. Called by the link
// decoders.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/cursor.hpp"

namespace wirecause {

inline constexpr std::uint8_t kRawIpx = 0xff;  // Novell "raw 802.3": no LLC header, an IPX checksum of 0xffff

// `length` is the 802.3 length field: what follows it is padding.
void decode_8023(const PacketView& packet, std::uint16_t length, Cursor at, Decoded& out) noexcept;
void decode_llc(const PacketView& packet, Cursor at, Decoded& out) noexcept;

}  // namespace wirecause
