// decode() for packet after packet of a few flows: what the headers of a flow have in common is decoded once.
//
// A flow is everything in front of a UDP payload that does not change from one of its packets to the next: MACs, VLAN tag,
// TTL, addresses, ports, and the interface that saw it. A packet whose headers are those of a flow seen before needs only
// its lengths, its IP id and its two checksums read; it is worth a third of the whole way of a packet through decode().
// TCP is one flow for all connections from one host to another: thousands of them would take each other's places, and
// ports are read soon enough. Any packet that is unusual in any way (decode_usual) goes through decode().
//
// Who calls it: engine's front. What callers know of a flow they may keep by its number instead of finding it again.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "packet/decode.hpp"

namespace wirecause {

class FlowDecoder {
 public:
  // Remembered at once, 256 KiB in all. A flow that takes another's place is decoded anew: slower, never wrong.
  static constexpr std::uint32_t kFlows = 1'024;
  static constexpr std::uint32_t kNoFlow = kFlows;

  struct Result {
    const Decoded& decoded;  // until the next call; field by field what decode() and enter_tunnels() say of the packet
    std::uint32_t flow;      // below kFlows, or kNoFlow
    bool is_known;           // the packet before of this number was of the same flow
    // And there is nothing to see: captured whole, the checksum of IP good, and so is the transport's where it was filled in.
    bool is_plain;
  };

  FlowDecoder() : flows_(kFlows) {}

  Result decode(const PacketView& packet) noexcept;

 private:
  // The words of the headers that a flow's packets have in common, as they were read.
  struct Headers {
    std::uint64_t begin = 0;                      // destination MAC, source MAC's first two bytes
    std::uint64_t middle = 0;                     // the next eight bytes
    std::uint64_t before_ip = 0;                  // the eight bytes in front of the IP header
    std::uint64_t ip_begin = 0;                   // without total length and id
    std::uint64_t ip_source = 0;                  // TTL, protocol, source address; without the checksum
    std::uint64_t ip_destination = 0;             // destination address, ports (not of TCP)
    std::uint64_t interface = ~std::uint64_t{0};  // input and interface; no packet has this one
    std::uint64_t marks = 0;                      // direction, whether the checksum is unfilled

    std::uint64_t differing_bits(const Headers& other) const noexcept {
      return ((begin ^ other.begin) | (middle ^ other.middle)) |
             ((before_ip ^ other.before_ip) | (ip_begin ^ other.ip_begin)) |
             ((ip_source ^ other.ip_source) | (ip_destination ^ other.ip_destination)) |
             ((interface ^ other.interface) | (marks ^ other.marks));
    }
  };
  struct alignas(64) Flow {
    Headers headers;
    Decoded decoded;
  };

  static Headers headers_of(const PacketView& packet) noexcept;
  static std::uint16_t destination_port_of(const Headers& headers) noexcept;
  static std::uint8_t protocol_of(const Headers& headers) noexcept;
  static std::uint32_t slot_of(const Headers& headers) noexcept;
  Result decode_segment(const PacketView& packet, Headers headers) noexcept;
  Result decode_new(const PacketView& packet, std::uint32_t at) noexcept;
  Result decode_other(const PacketView& packet) noexcept;

  std::vector<Flow> flows_;
  Decoded other_;
};

}  // namespace wirecause
