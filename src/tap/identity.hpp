// Which packet is this? A 64-bit hash that is the same for the same IP packet wherever it is seen: at another point,
// after a router (TTL, MAC and VLAN are left out), behind a tap that delivers it twice. Called by TapQuality for every
// packet.
//
// In it: addresses, IP id, protocol, length, fragment offset, and the first bytes behind the IP header, which hold the
// checksum of the transport. Where the IP id is 0 (IPv6, and hosts that leave it out) or UDP has no checksum, more
// bytes must do instead. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "packet/decode.hpp"

namespace wirecause {

inline constexpr std::uint64_t kNoIdentity = 0;

// kNoIdentity where a copy could not be told from another packet: no IP packet, headers cut off or malformed, a pure
// TCP acknowledgement without an IP id (repeated ones are part of the protocol, RFC 5681 3.2).
std::uint64_t identity_of(const PacketView& packet, const Decoded& decoded) noexcept;

}  // namespace wirecause
