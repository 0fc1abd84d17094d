// A timer that ran out where this point saw nothing of it: all that the sender had under way was lost before it came here. Its
// silence then looks like that of an application - until the packet behind the first one leaves a gap right behind it, of bytes
// that the sender must have sent before.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

struct Connection;
struct Note;

// Data went on after a silence as long as the timer, with nothing under way that was seen.
struct Resumption {
  TimeNs from = kNoTime;
  TimeNs to = kNoTime;
  Offset end = 0;                  // of its first packet
  std::uint64_t frame_before = 0;  // last packet before the silence
  std::uint64_t frame = 0;         // its first packet
};

// Called with the packet that opened a gap: a gap behind a resumption makes the silence the timer's, and what is sent again of
// these bytes, too.
void note_lost_flight(Connection& connection, std::uint8_t sender, const Note& note);

}  // namespace wirecause::tcp
