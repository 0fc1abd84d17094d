// What the sender of one direction knew when it sent: up to where its bytes were acknowledged, how much room the receiver had, what
// had arrived above a gap; and since when it had no room.
//
// It is told by reports.hpp what was heard, one report after the other, and is what accounting.cpp and recovery judge by; heard.hpp
// is another, smaller list, for flight and rounds of the way alone.
//
// Its clock is that of the capture, with everything that the sender does at the time when it goes past, so what it hears is
// later than when it went past by the way to the sender and back (reports.hpp). Near the sender that is nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "tcp/reports.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

struct Connection;
struct Flow;
struct Note;
struct Segment;

struct Known {
  Reports under_way;
  Offset acknowledged = 0;
  Offset window_edge = 0;  // up to where it may send
  std::uint32_t window = 0;
  std::uint32_t largest_window = 0;
  TimeNs last_progress = kNoTime;  // last acknowledgement of something new
  TimeNs recovered = kNoTime;      // what the last recovery waited for was acknowledged
  TimeNs blocked_since = kNoTime;  // no room for a segment in the receiver's window
  TimeNs unblocked = kNoTime;      // there was room again
  bool is_wide = false;            // ... so much that nobody waits for more
  bool has_window = false;
  bool last_progress_bare = false;   // the last acknowledgement of something new carried nothing else
  bool is_way_slow = false;          // when it sent last, the way took longer than the shortest
  std::uint8_t signs = 0;            // segments that had arrived above `acknowledged`; 3: or more
  std::uint32_t blocked_window = 0;  // the least that was announced while there was no room
  std::uint32_t usual_window = 0;    // the largest that had been until then
  std::uint32_t full_window = 0;     // the largest that was full while nothing else held it up
};

// Segments above a gap that make it a loss for the sender, and no matter of order (RFC 5681, RFC 6675).
inline constexpr std::uint32_t kSignsOfLoss = 3;
// How many had arrived, by the last acknowledgement that went past; not more than these.
std::uint8_t signs_of(const Flow& flow);

// An acknowledgement, or the window of a SYN, went past.
void note_report(Connection& connection, const Segment& segment, std::uint8_t from, const Note& note);
// A packet with data comes: what its sender had heard until then.
void note_heard(Connection& connection, const Segment& segment, std::uint8_t from);
// It has gone past: whether its sender has room for more.
void note_room(Connection& connection, TimeNs time, std::uint8_t sender);

}  // namespace wirecause::tcp
