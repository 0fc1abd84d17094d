// Transport headers behind an IP header: UDP, TCP, and type and code of ICMP, ICMPv6 and IGMP. Called by the IP
// decoders.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/checksum.hpp"
#include "packet/cursor.hpp"

namespace wirecause {

// `out.ip_protocol` says what follows. `addresses` is the sum over both addresses of the pseudo header; `is_final`
// false says that the sender summed over other ones (IPv6 routing, mobility): then no checksum can be verified. Later
// fragments have no transport header; the first one's is read, without its checksum.
void decode_transport(const PacketView& packet, Cursor at, OnesSum addresses, bool is_final, Decoded& out) noexcept;

}  // namespace wirecause
