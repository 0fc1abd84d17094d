// What the feed trackers found, as plain data for reports: the `feeds[]` of wirecause.analysis/1 (docs/json.md).
//
// Units are sequence units (messages or packets, as the framing numbers them) and keep D2:
//   line:  expected = seen_once + lost + tail_unknown        feed:  expected = delivered + lost,  recovered within delivered
// Duplicates, heartbeats and retransmissions are counted beside, never inside.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.hpp"
#include "base/histogram.hpp"
#include "base/time.hpp"
#include "feed/framing.hpp"

namespace wirecause {

enum class ClosedBy : std::uint8_t {
  late,       // its own line brought it afterwards
  recovered,  // another line or a retransmission channel did
  lost,       // nobody did before waiting ended
  evicted,    // the bounded list was full: closed early, as lost to this line
  outage,     // the line was silent while its sister went on: one record, not counted as recovered
};

struct Gap {
  std::uint64_t first_sequence = 0;  // wire number
  std::uint64_t count = 0;           // units
  TimeNs opened = kNoTime;
  TimeNs closed = kNoTime;
  ClosedBy closed_by = ClosedBy::lost;
  std::uint64_t frame = 0;  // the frame that showed it (the first one after the hole)
  std::uint32_t input = 0;
};

// Totals stay exact when the list is capped.
struct GapList {
  std::vector<Gap> listed;
  std::uint64_t total = 0;
};

struct BurstPeak {
  DurationNs window{0};
  std::uint64_t packets = 0;
  TimeNs packets_at = kNoTime;  // start of the busiest window
  std::uint64_t messages = 0;
  TimeNs messages_at = kNoTime;
  std::uint64_t bytes = 0;  // UDP payload bytes on the wire
  TimeNs bytes_at = kNoTime;
};

struct LineSummary {
  std::string name;    // "A", "B", ...
  std::string source;  // address of the publisher
  std::string group;   // destination address
  std::uint16_t port = 0;
  std::optional<std::uint16_t> vlan;
  std::string point;
  std::uint64_t packets = 0;
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  std::uint64_t heartbeats = 0;
  std::uint64_t unsequenced = 0;
  std::uint64_t retransmissions = 0;  // units that the framing marks as sent again
  std::uint64_t first_sequence = 0;   // wire number of the first unit seen
  std::uint64_t last_sequence = 0;    // wire number of the highest unit seen
  std::uint64_t expected = 0;
  std::uint64_t lost = 0;
  std::uint64_t late = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t reordered_packets = 0;
  std::uint64_t resets = 0;
  std::uint64_t tail_unknown = 0;              // at the end of input, or cut off a packet by the capture
  std::optional<std::uint64_t> messages_lost;  // none where the framing does not count messages
  std::uint64_t out_of_range_packets = 0;      // agreed with nothing, or came when waiting had ended: not in the sums
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
  GapList gaps;
  std::vector<BurstPeak> bursts;  // 100 us, 1 ms
  HistogramSummary inter_arrival;
};

struct LeadSummary {   // A against B: how much earlier the leading line brought the same unit; needs no clock sync
  std::string leader;  // line that led more often
  std::string follower;
  std::uint64_t led = 0;  // units for which `leader` was first
  std::uint64_t compared = 0;
  HistogramSummary lead;  // of the leader, when it led
  HistogramSummary lag;   // of the leader, when the other was first
};

struct LatencySummary {
  bool relative = true;  // above its own floor: the clock error is not known
  std::optional<DurationNs> clock_error;
  std::string from;  // "send time in the message (ITCH, America/New_York)"
  std::string to;    // "capture time"
  HistogramSummary histogram;
  std::uint64_t negative = 0;  // below the clock error: clock evidence, not data
  std::int64_t floor_ns = 0;   // what was subtracted when relative
};

struct ArbitratedSummary {
  std::uint64_t expected = 0;
  std::uint64_t delivered = 0;
  std::uint64_t recovered = 0;
  std::uint64_t lost = 0;
  std::uint64_t tail_unknown = 0;  // shown by nobody in time to be judged; outside delivered and lost
  GapList gaps;
};

struct FeedSummary {
  std::string name;
  std::string protocol;  // framing id
  SequenceUnit unit = SequenceUnit::message;
  std::string session;  // last session's identity in text; empty where the framing has none
  std::uint32_t channel = 0;
  std::uint64_t epochs = 1;
  std::vector<LineSummary> lines;
  ArbitratedSummary arbitrated;
  std::vector<LeadSummary> leads;
  std::optional<LatencySummary> latency;
};

struct UnrecognisedStream {
  std::string source;
  std::string group;
  std::uint16_t port = 0;
  std::optional<std::uint16_t> vlan;
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
};

}  // namespace wirecause
