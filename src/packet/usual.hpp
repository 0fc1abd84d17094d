// The one shape that nearly every packet of a feed has, decoded in a straight line. Used by decode() and
// FlowDecoder only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/checksum.hpp"
#include "packet/decode.hpp"
#include "packet/ip_protocol.hpp"

namespace wirecause {

// Ethernet with at most one 802.1Q tag, IPv4 without options, UDP, no fragment, captured whole. False: it is anything
// else, or contradicts itself in any way, and `out` is untouched. Says of a packet exactly what the general decoders
// say.
bool decode_usual(const PacketView& packet, Decoded& out) noexcept;

// The two checksums of such a packet: `ip` is its IP and UDP header, `segment` the datagram from its UDP header on.
inline void verify_usual(FixedView<28> ip, Bytes segment, Decoded& out) noexcept {
  const OnesSum addresses{ip.le<std::uint64_t, 12>()};
  const OnesSum rest = add_ones({ip.le<std::uint64_t, 0>()}, {ip.le<std::uint32_t, 8>()});
  out.ip_checksum = is_sum_good(add_ones(addresses, rest)) ? Checksum::good : Checksum::bad;
  out.transport_checksum =
      ip.be<std::uint16_t, 26>() == 0 ? Checksum::absent : verify_transport(addresses, kProtocolUdp, segment);
}

}  // namespace wirecause
