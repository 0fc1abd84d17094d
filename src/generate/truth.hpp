// What a reader of a generated capture should find, computed from the sender's own list of events: for every unit, when
// each line brought it, or that it never did. The counts follow DESIGN D2 and D3 and are spelt out in docs/send.md.
//
// Independent of the analyser on purpose: sets of units over the whole capture, no streaming, no interval lists.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "generate/feed_plan.hpp"

namespace wirecause::generate {

enum class UnitFate : std::uint8_t { unseen, in_order, late, recovered, lost, outage, tail_unknown };

// Adjoining units of one fate.
struct TruthGap {
  std::uint32_t epoch = 0;
  std::uint64_t first_sequence = 0;  // wire number
  std::uint64_t count = 0;
  UnitFate fate = UnitFate::lost;
};

struct LineTruth {
  std::string name;
  std::string source;
  std::string group;
  std::uint16_t port = 0;
  std::uint32_t interface = 0;
  std::uint64_t packets_sent = 0;  // by the publisher on this line
  std::uint64_t packets = 0;       // seen, without the copies that the capture made
  std::uint64_t data_packets = 0;
  std::uint64_t heartbeats = 0;
  std::uint64_t messages = 0;         // in the data packets seen
  std::uint64_t retransmissions = 0;  // units marked as sent again
  std::uint64_t first_sequence = 0;
  std::uint64_t last_sequence = 0;
  std::uint64_t expected = 0;  // = seen_once + lost + tail_unknown
  std::uint64_t seen_once = 0;
  std::uint64_t lost = 0;  // outage_units among them
  std::uint64_t tail_unknown = 0;
  std::uint64_t late = 0;                // brought after a higher number
  std::uint64_t late_beyond_window = 0;  // of those, after the reorder window had passed
  std::uint64_t outage_units = 0;
  std::uint64_t duplicates = 0;         // units brought again, without the capture's copies
  std::uint64_t capture_copies = 0;     // units in the capture's own copies
  std::uint64_t reordered_packets = 0;  // packets that brought a late unit
  std::uint64_t resets = 0;
  std::vector<TruthGap> gaps;
};

struct ArbitratedTruth {
  std::uint64_t expected = 0;  // = delivered + lost
  std::uint64_t delivered = 0;
  std::uint64_t recovered = 0;
  std::uint64_t lost = 0;
  std::uint64_t tail_unknown = 0;
  std::vector<TruthGap> gaps;  // lost and tail_unknown
};

struct RetransmissionTruth {
  std::string group;
  std::uint16_t port = 0;
  std::uint64_t packets = 0;
  std::uint64_t units = 0;
};

struct FeedTruth {
  std::string framing;
  bool packet_numbered = false;
  std::uint32_t channel = 0;
  std::uint64_t epochs = 0;        // published
  std::uint64_t units = 0;         // published
  std::uint64_t data_packets = 0;  // published
  DurationNs largest_lag{0};       // between lines that brought the same unit in order
  std::vector<LineTruth> lines;
  ArbitratedTruth arbitrated;
  std::optional<RetransmissionTruth> retransmission;
};

struct CaptureTruth {
  std::uint64_t packets = 0;  // records in the file
  std::uint64_t bytes = 0;    // of the frames on the wire
  std::uint64_t dropped = 0;
  std::optional<std::uint64_t> stated_drops;
  std::uint64_t duplicated = 0;    // records that are the capture's own copies at the same point
  std::uint64_t second_point = 0;  // records seen again behind the router
  std::uint64_t truncated = 0;
  TimeNs first;  // lowest and highest stamp
  TimeNs last;
};

struct Truth {
  std::uint64_t seed = 0;
  CaptureTruth capture;
  std::vector<FeedTruth> feeds;
  std::vector<std::string> faults;  // in words
};

// {"schema": "wirecause.truth/1", ...}; docs/send.md describes it.
std::string truth_json(const Truth& truth);

}  // namespace wirecause::generate
