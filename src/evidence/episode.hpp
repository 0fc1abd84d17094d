// An episode: the symptom. Holes of one feed less than a second apart (or one restart, one silence, one run of
// duplicates) folded into one thing to explain, with exact sums (DESIGN D5). Causes are judged once per episode.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evidence/path.hpp"
#include "evidence/record.hpp"

namespace wirecause {

// A line or a stream of fewer packets is counted, not judged: no finding above info, no share, no blindness.
inline constexpr std::uint64_t kFewestPackets = 16;

enum class Symptom : std::uint8_t {
  loss,         // units missing on at least one line
  disorder,     // units late on their own line, nothing missing
  duplication,  // units seen again on their own line
  restart,      // a new epoch
  silence,      // all lines of a feed silent together while they should not be
  observation,  // what the capture itself did: one episode per point (subject = point), whole run
  drop,         // live: units dropped behind the tap, at one place, of one consumer (subject = consumer; of a line that
                // nobody reads here, the line)
  absence,      // live: a consumer that waits for a group of which no packet came (subject = consumer)
  setup,        // TCP: how connections to one place came about, or did not (subject = server); whole run
  stall,        // TCP: one direction of a connection lost time (subject = connection)
  abort,        // TCP: an open connection was reset (subject = connection)
};

// Holes of one kind: how many, and from the packet before the first of them to the one that showed the last.
struct HoleSum {
  std::uint64_t holes = 0;
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;

  void add(const HoleSum& more) {
    if (more.holes == 0) return;
    if (holes == 0 || more.first < first) first = more.first;
    if (more.last > last) last = more.last;
    holes += more.holes;
  }
};

struct EpisodeHole {
  Subject line;
  std::uint64_t first_sequence = 0;  // wire number
  std::uint64_t count = 0;
  std::uint64_t common = 0;  // of these, units that nobody brought
  TimeNs before = kNoTime;   // last packet of the line before the hole
  TimeNs after = kNoTime;    // the packet that showed it
  std::uint64_t frame = 0;   // of that packet
  std::uint32_t input = 0;
  // Other streams with a packet strictly between `before` and `after` and no hole of their own there.
  std::uint32_t whole_streams = 0;
  // Other streams whose own hole overlaps [before, after].
  std::uint32_t holed_streams = 0;
  // Those of them that belong to another feed.
  std::uint32_t holed_unrelated = 0;
};

// Of Symptom::drop: where in the kernel, and by which word of its own. One episode has one place and one reason.
struct DropFacts {
  Checkpoint place = Checkpoint::socket;
  std::string reason;            // "SKB_DROP_REASON_SOCKET_RCVBUFF", as this kernel's BTF spells it; empty: by counter
  std::string symbol;            // kernel function that freed it; empty: unknown
  std::uint64_t datagrams = 0;   // GRO super-packets by their segments
  std::uint64_t units = 0;       // of the line: by_number + by_count
  std::uint64_t by_number = 0;   // units whose sequence number was read from the dropped datagram
  std::uint64_t by_count = 0;    // units concluded from a counter, or from datagrams whose number could not be read
  bool socket_is_known = false;  // the receiving socket came with the event, not from a match of addresses
  std::string step_down;         // why the certainty is less than the best; empty: it is the best
};

// Of Symptom::setup, stall and abort: the connection, and what it is one of.
struct ConnectionFacts {
  Subject host_pair;
  Subject server;
  Subject point;
  bool from_client = true;    // stall: the client's data waited; abort: the client's address is on the reset
  std::uint64_t life_ns = 0;  // of the connection: what its lost time is a share of
  std::string server_address;
  std::uint16_t server_port = 0;
};

// One line's share in an episode.
struct EpisodeLine {
  Subject line;
  std::string name;  // "A"
  std::uint64_t holes = 0;
  std::uint64_t missing = 0;         // units this line did not bring, outages included
  std::uint64_t missing_alone = 0;   // ... that another line or a retransmission brought
  std::uint64_t missing_common = 0;  // ... that nobody brought
  HoleSum alone;                     // holes with units that somebody else brought
  HoleSum common;                    // ... that nobody brought
  std::uint64_t outage = 0;          // units missing while this line was silent and its sister was not
  std::uint64_t late = 0;
  std::uint64_t reordered_packets = 0;
  std::uint64_t misplaced = 0;  // units of `late` that are stamped before what they came after: late in the file only
  std::uint64_t misplaced_packets = 0;  // ... of reordered_packets
  std::uint64_t duplicates = 0;
  std::uint64_t packets = 0;  // of this line within the episode's window, or the run where not known
};

struct Episode {
  Symptom symptom = Symptom::loss;
  Subject subject;  // feed, or point for observation
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
  bool at_end = false;                    // still open at the end of input: ongoing
  std::uint64_t lost = 0;                 // units nobody brought
  std::uint64_t recovered = 0;            // units missing on a line that was up, brought by another
  std::uint64_t expected = 0;             // units of the feed in the whole run, for percentages
  std::uint64_t feed_packets = 0;         // packets of the feed in the run: below 16 no finding above info
  std::uint64_t hole_count = 0;           // of all lines
  HoleSum lost_holes;                     // of the feed: units nobody brought
  std::uint32_t whole_streams = 0;        // distinct other streams that were whole across at least one hole
  std::uint32_t other_streams = 0;        // other streams active in the window
  std::uint64_t holes_common_to_all = 0;  // holes during which every other active, unrelated stream had one too
  std::uint64_t units_common_to_all = 0;
  std::vector<EpisodeLine> lines;
  std::vector<EpisodeHole> largest;  // 16 largest, largest first
  std::string text;                  // restart: old and new session
  FrameRefs frames;                  // first frames that show it
  // Records that were measured for this episode: growth of counters and what was sampled in its window. A cause asks for
  // them by name with EvidenceView::of_episode().
  std::vector<EvidenceId> evidence;
  std::optional<DropFacts> drop;              // of Symptom::drop, and of no other
  std::optional<ConnectionFacts> connection;  // of Symptom::setup, stall and abort, and of no other
};

}  // namespace wirecause
