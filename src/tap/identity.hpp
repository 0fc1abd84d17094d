// Which packet is this? A 64-bit hash that is the same for the same IP packet wherever it is seen: at another point,
// after a router (TTL, MAC and VLAN are left out), behind a tap that delivers it twice. Called by TapQuality for every
// packet.
//
// In it: addresses, IP id, protocol, length, fragment offset, and the first bytes behind the IP header, which hold the
// checksum of the transport. Where the IP id is 0 (IPv6, and hosts that leave it out) or UDP has no checksum, more
// bytes must do instead; so they do where it is not filled in yet.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "packet/decode.hpp"

namespace wirecause {

inline constexpr std::uint64_t kNoIdentity = 0;

// Payload that a datagram must have to be told by its header, checksum and first words alone.
inline constexpr std::size_t kIdentityPayload = 16;
// Of ordinary IP packets; longer ones are jumbo frames, or were put together by offload.
inline constexpr std::uint32_t kLargestOrdinaryIp = 1500;

namespace detail {
// Multiply and fold: every bit of both words reaches every bit of the result. Constants are digits of pi and e, with no
// meaning but that they differ.
inline std::uint64_t mixed(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a ^ 0x243f6a8885a308d3U) * (b ^ 0xb7e151628aed2a6bU);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}
inline constexpr std::uint64_t kLane =
    0x9e3779b97f4a7c15U;  // keeps the parts of a packet apart that could be exchanged
}  // namespace detail

// The part of the identity that the packets of one flow over IPv4 share.
inline std::uint64_t identity_of_addresses(const Decoded& decoded) noexcept {
  const auto word = [](const IpAddress& address) { return detail::load<std::uint64_t>(address.bytes().data() + 8); };
  return word(decoded.source) * 0x9e3779b97f4a7c15U ^ word(decoded.destination);
}

// identity_of() a UDP datagram over IPv4 that has an IP id, a good checksum and kIdentityPayload, in two products: the
// checksum stands for the payload.
inline std::uint64_t identity_of_named_datagram(const PacketView& packet, const Decoded& decoded,
                                                std::uint64_t addresses) noexcept {
  const std::byte* udp = packet.bytes.data() + decoded.transport_offset;
  const auto word = [udp](std::size_t at) { return detail::load<std::uint64_t>(udp + at); };
  const std::uint64_t name = std::uint64_t{decoded.ip_id} << 32U | decoded.ip_length;
  const std::uint64_t hash = detail::mixed(detail::mixed(word(0), word(8)) ^ word(16), addresses + name);
  return hash == kNoIdentity ? 1 : hash;
}

// The same of a datagram whose checksum is unfilled, and so the same for every datagram of a flow: more of the payload, where
// feeds have their number, must do instead.
inline constexpr std::size_t kIdentityPayloadUnfilled = 24;
inline std::uint64_t identity_of_unfilled_datagram(const PacketView& packet, const Decoded& decoded,
                                                   std::uint64_t addresses) noexcept {
  const std::byte* udp = packet.bytes.data() + decoded.transport_offset;
  const auto word = [udp](std::size_t at) { return detail::load<std::uint64_t>(udp + at); };
  const std::uint64_t name = std::uint64_t{decoded.ip_id} << 32U | decoded.ip_length;
  const std::uint64_t hash = detail::mixed(detail::mixed(word(8), word(16)) ^ word(24), (addresses + name) ^ word(0));
  return hash == kNoIdentity ? 1 : hash;
}

// Of TCP over IPv4 with an IP id, the part that all segments from one host to another share. Not symmetric: a reply is
// another packet.
inline std::uint64_t identity_of_hosts(const Decoded& decoded) noexcept {
  const auto word = [](const IpAddress& address, std::size_t at) {
    return detail::load<std::uint64_t>(address.bytes().data() + at);
  };
  return detail::mixed(word(decoded.source, 0), word(decoded.source, 8)) +
         3 * detail::mixed(word(decoded.destination, 8), word(decoded.destination, 0));
}

// identity_of() such a segment of at least kNamedSegment bytes, header included.
inline constexpr std::uint32_t kNamedSegment = 32;
inline std::uint64_t identity_of_named_segment(const PacketView& packet, const Decoded& decoded,
                                               std::uint64_t hosts) noexcept {
  const std::byte* tcp = packet.bytes.data() + decoded.transport_offset;
  const auto word = [tcp](std::size_t at) { return detail::load<std::uint64_t>(tcp + at); };
  const std::uint64_t content = kNamedSegment ^ detail::mixed(word(0) + detail::kLane, word(8) ^ detail::kLane) ^
                                detail::mixed(word(16) + 2 * detail::kLane, word(24) ^ 2 * detail::kLane);
  const std::uint64_t name = std::uint64_t{decoded.ip_id} << 32U | decoded.ip_length;
  const std::uint64_t hash = detail::mixed(hosts ^ name, content ^ decoded.ip_protocol);
  return hash == kNoIdentity ? 1 : hash;
}

// kNoIdentity where a copy could not be told from another packet: no IP packet, headers cut off or malformed, a pure
// TCP acknowledgement without an IP id (repeated ones are part of the protocol, RFC 5681 3.2).
std::uint64_t identity_of(const PacketView& packet, const Decoded& decoded) noexcept;

}  // namespace wirecause
