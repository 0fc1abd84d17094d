// IP and UDP headers made in front of a payload that a socket delivered without them, so that it can be decoded as a packet
// of a wire is. What a socket does not say is 0 (identification, flow label); checksums are right, or absent where
// absence is allowed (UDP over IPv4, RFC 768).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/address.hpp"

namespace wirecause {

struct DatagramAddresses {
  IpAddress source;
  IpAddress destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint8_t ttl = 0;  // or hop limit
};

inline constexpr std::size_t kMostHeaders = 48;      // IPv6 and UDP
inline constexpr std::size_t kMostPayload = 65'527;  // what the length field of UDP can say

// Writes the headers that end where `payload` begins; the kMostHeaders bytes before it must be ours. Returns how many bytes
// of headers. Of IPv6 when the destination is no IPv4 address.
std::size_t write_headers(std::span<std::byte> payload, const DatagramAddresses& addresses);

}  // namespace wirecause
