// How to write one family of feeds: the sender's own knowledge of a framing, from the specification, sharing nothing
// with feed/framings (a mistake shared between encoder and decoder would cancel out).
//
// Adding one is one file generate/framings/<id>.cpp that defines `framing_writer_<id>`.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace wirecause {

struct OutgoingPacket {
  std::uint64_t first = 0;     // wire number of the first unit; of a packet that consumes nothing: the next number
  std::uint64_t last = 0;      // wire number of the last unit sent before this packet; 0 before the first
  std::uint32_t units = 0;     // numbers that the packet consumes
  std::uint32_t messages = 0;  // messages inside; == units where messages are numbered
  std::uint32_t channel = 1;
  std::uint32_t session = 1;  // ordinal; writers make their own session text or number of it
  TimeNs send_time;
  std::uint64_t seed = 0;  // message contents are a function of (seed, unit), equal on every line
  bool heartbeat = false;
  bool first_of_second = false;  // first packet that the feed sends in this second (PITCH says the second then)
  bool reset_mark = false;       // in-band mark that numbers begin again (has_reset_mark)
  bool end_of_session = false;   // only with has_end_of_session
  bool retransmission = false;   // only with marks_retransmissions
};

struct FramingWriter {
  std::string_view id;
  bool packet_numbered = false;    // one number a packet
  std::uint64_t first_number = 1;  // of a session
  std::uint64_t last_number = 0;   // after which `wraps_to` follows; 0: never wraps
  std::uint64_t wraps_to = 1;
  bool has_heartbeat = true;
  bool heartbeat_consumes = false;  // takes a number of its own
  bool has_session = true;          // a restart changes the session; else numbers restart at first_number
  bool has_reset_mark = false;
  bool has_end_of_session = false;
  bool marks_retransmissions = false;
  std::uint32_t max_units = 1;  // messages a packet, so that the payload stays under 1400 bytes
  std::int64_t heartbeat_interval_ns = 1'000'000'000;
  std::uint16_t default_port = 26400;
  // Appends the UDP payload to `out`.
  void (*write)(const OutgoingPacket&, std::vector<std::byte>& out) = nullptr;
};

std::span<const FramingWriter* const> all_framing_writers();
const FramingWriter* find_framing_writer(std::string_view id);  // nullptr: none

}  // namespace wirecause
