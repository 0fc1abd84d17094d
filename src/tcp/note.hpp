// What one segment turned out to be: a set of marks, for the ladder of a connection and for tests.
//
// Words, here and in docs/json.md:
//   point           where the capture was taken; it sees a packet go past, and does not see it arrive
//   seen again      bytes that came past here before, whoever made them come twice: the sender, the path, a late original
//   sent again      by the sender. One such packet is a resend and has one reason (resend.hpp); `retransmissions` in JSON
//                   has all of them, `resent` in tables and retransmissions() those that answer a loss (answers_loss())
//   copy            the capture holds one packet twice (copies.hpp); a path copy is one that the network doubled
//   late, reordered sent once, and came behind what was sent after it; overtaken: behind a resend of its own bytes
//   hole, filled    bytes that later ones passed over, and the packet that brought them after all: late, or sent again
//   lost before     the first copy never came here: a resend filled the hole. Lost behind: it did, and was lost after it;
//                   lost_after() and `lost_after` in JSON, `tcp.lost_behind` in evidence are that number
//   way             what one direction's packets take from sender to receiver: Path, `path` in JSON. There and back are the
//                   round trip; here to the receiver and back is a half of it, here to the sender and back the other
//   TTL, hops       as it stands in the packet here; how many routers that makes, by the usual first values
//   wait            a class of time (account.hpp). A stall is one that cost time (is_stall()), longer than 1 ms and than two round
//                   trips (stall.hpp); evidence calls the episode of a direction that has any such thing to tell Symptom::stall
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "tcp/resend.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

enum class Mark : std::uint32_t {
  copy = 1U << 0U,        // the capture holds this packet twice
  new_data = 1U << 1U,    // bytes above all seen before
  seen_again = 1U << 2U,  // bytes that were seen before
  fills_hole = 1U << 3U,  // bytes that were passed over before
  opens_hole = 1U << 4U,  // it passes over bytes
  duplicate_ack = 1U << 5U,
  acks_unseen = 1U << 6U,  // it acknowledges what was not captured
  keep_alive = 1U << 7U,
  window_probe = 1U << 8U,
  zero_window = 1U << 9U,
  window_update = 1U << 10U,
  reset = 1U << 11U,
  out_of_window = 1U << 12U,
  new_ack = 1U << 13U,  // it acknowledges more than before
  old_stamp = 1U << 14U,
  reordered = 1U << 16U,      // late, and sent once
  came_twice = 1U << 17U,     // a D-SACK
  captured_late = 1U << 15U,  // behind its own acknowledgement
};

struct Note {
  std::uint32_t marks = 0;
  Offset begin = 0;  // of its bytes, in the offsets of its direction
  Offset end = 0;
  Offset ack = 0;  // in the peer's offsets
  Offset newly_acknowledged = 0;
  std::int64_t round_trip_ns = 0;  // of the sample that it gave; 0: none
  std::int64_t echo_trip_ns = 0;   // since the first packet with the time stamp that it echoes went past; 0: not known
  std::uint32_t round_trip_flight = 0;  // bytes that were under way when the packet of that sample went past

  std::optional<Resend> resend;          // why old bytes went out again
  Resend sent_as = Resend::unexplained;  // ... as what, where that was needless

  void set(Mark mark) { marks |= static_cast<std::uint32_t>(mark); }
  bool has(Mark mark) const { return (marks & static_cast<std::uint32_t>(mark)) != 0; }
};

}  // namespace wirecause::tcp
