// IPv4 and IPv6 headers, down to where the transport header begins. Called by the link decoders.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/cursor.hpp"

namespace wirecause {

void decode_ipv4(const PacketView& packet, Cursor at, Decoded& out) noexcept;
void decode_ipv6(const PacketView& packet, Cursor at, Decoded& out) noexcept;

// Raw IP link types: the version nibble of the first byte decides.
void decode_raw_ip(const PacketView& packet, Cursor at, Decoded& out) noexcept;

}  // namespace wirecause
