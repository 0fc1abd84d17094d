// One TCP segment as the tracker takes it: what the headers say, and where and when it was captured. Its payload is borrowed
// like the packet that it was read from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "packet/decode.hpp"
#include "packet/packet_view.hpp"
#include "tcp/endpoint.hpp"
#include "tcp/options.hpp"

namespace wirecause::tcp {

enum Flag : std::uint8_t { kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16, kUrg = 32, kEce = 64, kCwr = 128 };

// What all segments of one direction of a connection have in common: it is asked for at the first one.
struct Origin {
  Endpoint source;
  Endpoint destination;
  std::uint32_t point = 0;
  std::uint16_t vlan = kNoVlan;
  std::uint16_t inner_vlan = kNoVlan;
  std::uint32_t tunnel_id = 0;
  std::uint32_t tunnel_number = 0;
  Tunnel tunnel = Tunnel::none;  // that it came in, the innermost
  bool has_mac = false;
  MacAddress source_mac{};
  MacAddress destination_mac{};
};

// What is its own.
struct Segment {
  TimeNs time = kNoTime;
  std::uint64_t frame = 0;
  Bytes payload;             // what was captured of it
  std::uint32_t length = 0;  // payload on the wire
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgement = 0;
  std::uint16_t window = 0;
  std::uint16_t checksum = 0;
  std::uint8_t flags = 0;
  std::uint8_t ttl = 0;
  std::uint8_t ecn = 0;  // 3: congestion experienced
  std::uint32_t ip_id = 0;
  std::uint32_t input = 0;
  Options options;

  bool has(std::uint8_t all) const { return (flags & all) == all; }
  bool is_cut() const { return payload.size() < length; }
  // What it takes of the sequence space.
  std::uint32_t space() const { return length + (has(kSyn) ? 1U : 0U) + (has(kFin) ? 1U : 0U); }
};

// Both, for whoever looks at one segment alone.
struct LoneSegment : Segment, Origin {};

// `decoded` is of `packet` and has a TCP header. Every field is written: clearing them before would cost as much.
void read_segment(const PacketView& packet, const Decoded& decoded, TimeNs time, Segment& segment) noexcept;
void read_origin(const Decoded& decoded, std::uint32_t point, Origin& origin) noexcept;

}  // namespace wirecause::tcp
