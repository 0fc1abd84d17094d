// Where the decoders are in a packet: the captured bytes that are left, and how many the wire had. Used inside packet/
// only.
//
// The two lengths are what separates truncated from malformed: a header that the wire had and the capture has not is
// truncated; a header that the wire had no room for is malformed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "packet/decode.hpp"

namespace wirecause {

struct Cursor {
  Bytes rest;        // captured bytes from here on
  std::size_t wire;  // bytes from here on that were on the wire; >= rest.size()

  std::uint32_t offset_in(const PacketView& packet) const noexcept {
    return static_cast<std::uint32_t>(packet.bytes.size() - rest.size());
  }
  bool has(std::size_t n) const noexcept { return rest.size() >= n; }
  void advance(std::size_t n) noexcept {  // n <= rest.size()
    rest = rest.subspan(n);
    wire -= n;
  }
  // Nothing after the next n wire bytes belongs to what is decoded now: padding, checksum trailers. n <= wire.
  void trim(std::size_t n) noexcept {
    wire = n;
    if (rest.size() > n) rest = rest.first(n);
  }
};

// Ends decoding because fewer than `needed` bytes were captured.
inline void stop_short(const Cursor& at, std::size_t needed, Layer layer, Decoded& out) noexcept {
  out.outcome = at.wire < needed ? DecodeOutcome::malformed : DecodeOutcome::truncated;
  out.stopped_at = layer;
  out.payload = {};
}

inline void stop_malformed(Layer layer, Decoded& out) noexcept {
  out.outcome = DecodeOutcome::malformed;
  out.stopped_at = layer;
  out.payload = {};
}

inline void stop_unsupported(const Cursor& at, Layer layer, std::uint32_t number, Decoded& out) noexcept {
  out.outcome = DecodeOutcome::unsupported;
  out.stopped_at = layer;
  out.stopped_number = number;
  out.payload = at.rest;
  out.payload_wire_length = static_cast<std::uint32_t>(at.wire);
}

inline void stop_complete(const Cursor& at, Decoded& out) noexcept {
  out.outcome = DecodeOutcome::ok;
  out.stopped_at = Layer::payload;
  out.payload = at.rest;
  out.payload_wire_length = static_cast<std::uint32_t>(at.wire);
}

}  // namespace wirecause
