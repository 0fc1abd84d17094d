// How to write one family of feeds: the sender's own knowledge of a framing, from the specification, sharing nothing with
// feed/framings (a mistake shared between encoder and decoder would cancel out).
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
  std::uint64_t first = 0;          // number of the first unit (wire number, already wrapped by the sender)
  std::uint32_t units = 0;          // 0: a heartbeat; `first` is then the next number, the writer translates
  std::uint32_t channel = 1;
  std::uint32_t session = 1;        // ordinal; writers make their own session text or number of it
  TimeNs send_time;
  std::uint64_t seed = 0;           // message contents are a function of (seed, unit), equal on every line
  bool end_of_session = false;
  bool retransmission = false;
};

struct FramingWriter {
  std::string_view id;
  bool packet_numbered = false;       // one number a packet
  std::uint64_t first_number = 1;     // of a session
  std::uint64_t last_number = 0;      // after which first_number (or `wraps_to`) follows; 0: never wraps
  std::uint64_t wraps_to = 1;
  bool has_heartbeat = true;
  bool heartbeat_consumes = false;    // takes a number of its own
  bool has_session = true;            // a restart changes the session; else numbers restart at first_number
  std::uint32_t max_units = 1;        // messages a packet
  std::int64_t heartbeat_interval_ns = 1'000'000'000;
  std::uint16_t default_port = 26400;
  // Appends the UDP payload to `out`.
  void (*write)(const OutgoingPacket&, std::vector<std::byte>& out) = nullptr;
};

std::span<const FramingWriter* const> all_framing_writers();
const FramingWriter* find_framing_writer(std::string_view id);

}  // namespace wirecause
