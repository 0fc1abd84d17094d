// What the front hands to the tracker that owns a feed: one run of one packet, 64 bytes, copied (DESIGN D6).
//
// The front has decoded, recognised and parsed; the tracker needs no packet bytes. Line, session and input are numbers
// that the front gave in order of appearance.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include "base/time.hpp"
#include "feed/framing.hpp"

namespace wirecause {

using LineId = std::uint32_t;
using SessionId = std::uint32_t;  // ordinal of a session identity within its group; 0 where the framing has none

struct Descriptor {
  static constexpr std::uint8_t kFirstOfPacket = 1;  // packets and bytes are counted with this run
  static constexpr std::uint8_t kConsumingHeartbeat = 2;
  static constexpr std::uint8_t kCountIsMinimum = 4;  // the capture is cut inside the run
  static constexpr std::uint8_t kNoNumber = 8;
  static constexpr std::uint8_t kMessagesUnknown = 16;
  static constexpr std::uint8_t kTruncated = 32;  // the datagram is cut inside the framing

  TimeNs time;
  TimeNs sent = kNoTime;    // resolved to Unix time; kNoTime where the framing has none
  std::uint64_t first = 0;  // wire number
  std::uint64_t frame = 0;
  std::uint64_t whole_streams = 0;  // at a jump: bit (line & 63) of other lines with packets since this line's last one
  std::uint32_t count = 0;
  std::uint32_t messages = 0;
  std::uint32_t bytes = 0;  // UDP payload on the wire
  LineId line = 0;
  SessionId session = 0;
  std::uint16_t input = 0;
  RunKind kind = RunKind::data;
  std::uint8_t flags = 0;

  bool is(std::uint8_t flag) const { return (flags & flag) != 0; }
};
static_assert(sizeof(Descriptor) == 64, "one cache line");

}  // namespace wirecause
