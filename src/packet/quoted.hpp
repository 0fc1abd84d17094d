// The packet that an ICMP error quotes, and the MTU where it says that one was too big (RFC 1191, RFC 8201).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "packet/decode.hpp"

namespace wirecause {

struct TooBig {
  std::uint32_t mtu = 0;  // 0: the router is older than RFC 1191
  IpAddress source;       // of the packet that was dropped
  IpAddress destination;
  std::uint8_t ip_protocol = 0;
  std::uint16_t source_port = 0;  // UDP and TCP
  std::uint16_t destination_port = 0;
};

// `decoded` is of `packet`. Nothing: it is no such message, or cut too short.
std::optional<TooBig> too_big_in(const PacketView& packet, const Decoded& decoded) noexcept;

}  // namespace wirecause
