// decode() for packet after packet of a few flows: what the headers of a flow have in common is decoded once.
//
// A flow is everything in front of a UDP payload that does not change from one of its packets to the next: MACs, VLAN tag,
// TTL, addresses, ports, and the interface that saw it. A packet whose headers are those of a flow seen before needs only
// its lengths, its IP id and its two checksums read; it is worth a third of the whole way of a packet through decode().
// Any packet that is unusual in any way (decode_usual) goes through decode().
//
// Who calls it: engine's front. What callers know of a flow they may keep by its number instead of finding it again.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
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
    const Decoded& decoded;  // until the next call; field by field what decode() says of the packet
    std::uint32_t flow;      // below kFlows, or kNoFlow
    bool is_known;           // the packet before of this number was of the same flow
  };

  FlowDecoder() : flows_(kFlows) {}

  Result decode(const PacketView& packet) noexcept;

 private:
  // The constant words of the headers, as they were read, and what decoding them gave.
  struct Headers {
    std::array<std::uint64_t, 6> words{};
    std::uint64_t interface = ~std::uint64_t{0};  // input and interface; no packet has this one
    std::uint64_t direction = 0;
    // Without a branch a word, and without the call that the library makes of comparing arrays.
    bool operator==(const Headers& other) const noexcept {
      std::uint64_t differing = (interface ^ other.interface) | (direction ^ other.direction);
      for (std::size_t i = 0; i < words.size(); ++i) differing |= words[i] ^ other.words[i];
      return differing == 0;
    }
  };
  struct alignas(64) Flow {
    Headers headers;
    Decoded decoded;
  };

  static std::uint64_t read(const PacketView& packet, std::size_t network, Headers& headers) noexcept;
  static bool update(const PacketView& packet, Decoded& decoded) noexcept;

  std::vector<Flow> flows_;
  Decoded other_;
};

}  // namespace wirecause
