// The one shape that nearly every packet of a feed has, decoded in a straight line. Used by decode() and
// FlowDecoder only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/decode.hpp"

namespace wirecause {

// Ethernet with at most one 802.1Q tag, IPv4 without options, UDP, no fragment, captured whole. False: it is anything
// else, or contradicts itself in any way, and `out` is untouched. Says of a packet exactly what the general decoders
// say.
bool decode_usual(const PacketView& packet, Decoded& out) noexcept;

// The two checksums of such a packet: `ip` is its IP and UDP header, `segment` the datagram from its UDP header on.
void verify_usual(FixedView<28> ip, Bytes segment, Decoded& out) noexcept;

}  // namespace wirecause
