// How a connection broke: the first reset with what was around it, and what an end tried without an answer.
//
// Whether the address on a reset is that of who sent it is not decided here (diagnose): the facts are the TTL that
// it came with, the flags, what its end had said before, and what that end went on to say.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

// Of one direction: what its sender's timers sent again, or asked, since the last packet of its peer.
struct Tries {
  std::uint32_t resends = 0;
  std::uint32_t full_resends = 0;  // of these, of the largest segment that it ever sent
  std::uint32_t probes = 0;        // of an idle connection, or of a closed window
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
  std::uint64_t first_frame = 0;
  std::uint64_t last_frame = 0;

  std::uint32_t all() const { return resends + probes; }
};

// TTLs that one end's packets came with.
struct Ttls {
  std::uint8_t least = 0;
  std::uint8_t most = 0;
  std::uint32_t packets = 0;

  void add(std::uint8_t ttl) {
    least = packets == 0 ? ttl : std::min(least, ttl);
    most = packets == 0 ? ttl : std::max(most, ttl);
    ++packets;
  }
};

// The first reset of a connection that was open.
struct ResetFacts {
  std::uint8_t ttl = 0;
  Ttls before;           // of the same end, until then
  bool is_bare = false;  // without an acknowledgement: the answer of a host that knows no such connection
  bool fin_by_resetter = false;
  bool fin_by_other = false;
  bool other_spoke_last = false;  // it answers a packet of the other end
  Offset unacknowledged = 0;      // bytes of the other end that the resetter never acknowledged
  DurationNs silence{0};          // of its end, before it
  Tries tries;                    // of the other end, without an answer until then
  std::uint32_t went_on = 0;      // packets of its end behind it with something new, later than a round trip
};

}  // namespace wirecause::tcp
