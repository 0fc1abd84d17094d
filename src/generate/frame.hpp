// Ethernet frames around a UDP payload, as a publisher's host puts them on the wire: optional 802.1Q tag, IPv4 or IPv6,
// correct lengths and checksums.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/address.hpp"

namespace wirecause::generate {

// Where the packets of one source go, and what does not change from one to the next.
struct Path {
  MacAddress source_mac{};
  MacAddress destination_mac{};
  std::optional<std::uint16_t> vlan;
  IpAddress source;
  IpAddress destination;  // same family as source
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint8_t ttl = 16;
  // As a capture behind an offloading stack shows it: only the pseudo header is summed (Linux CHECKSUM_PARTIAL).
  bool partial_checksum = false;
};

// The Ethernet address of a multicast group (RFC 1112 6.4, RFC 2464 7).
MacAddress group_mac(const IpAddress& group);

// Replaces `frame` by the whole frame. `ip_id` is left out of IPv6, which has none. At most 65 000 bytes of payload.
void write_frame(const Path& path, std::uint16_t ip_id, std::span<const std::byte> payload,
                 std::vector<std::byte>& frame);

}  // namespace wirecause::generate
