// What to send: feeds, their lines and faults, and how the capture sees them. Plain data; made by `wirecause send` from
// its options, by tests and benchmarks directly, and consumed by make_feeds.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "generate/capture_writer.hpp"
#include "generate/framing_writer.hpp"
#include "generate/pattern.hpp"

namespace wirecause::generate {

struct Fault {
  enum class Kind : std::uint8_t {
    lose,       // data packets vanish before the capture point
    outage,     // everything vanishes, heartbeats too
    reorder,    // behind the `by` following packets of the line, or, with a delay, by that time
    late,       // by `delay`, long after the reorder window
    duplicate,  // `copies` more, each `delay` after the one before
  };
  Kind kind = Kind::lose;
  std::optional<std::uint32_t> feed;  // from 0; absent: every feed
  std::optional<std::uint32_t> line;  // from 0; absent: every line
  bool same_packets = false;          // every line is hit in the same packets (loss before the lines part)
  Pattern pattern;
  std::uint32_t by = 1;
  DurationNs delay{0};
  std::uint32_t copies = 1;
};

// The publisher is silent: before data packet `before` (from 0) for `length`.
struct Pause {
  enum class Kind : std::uint8_t {
    idle,    // nothing to send: heartbeats go on
    unsent,  // stalled: nothing was made, send times show the pause, no heartbeats
    queued,  // stalled on its way out: send times go on, the packets leave after the pause
  };
  std::uint64_t before = 0;
  DurationNs length{0};
  Kind kind = Kind::unsent;
};

// Sends again what every line lost.
struct Retransmission {
  bool in_band = false;  // on the lines, marked by the framing; else on a group and port of its own
  DurationNs delay = milliseconds(20);
};

struct FeedPlan {
  const FramingWriter* framing = nullptr;
  std::uint32_t lines = 2;         // 1 to 4
  std::uint64_t packets = 1000;    // data packets
  std::uint32_t messages_min = 1;  // a data packet
  std::uint32_t messages_max = 1;
  DurationNs interval = microseconds(10);  // mean time between data packets
  DurationNs jitter{0};                    // added to each interval: 0 to this
  std::uint32_t burst = 1;                 // packets that leave `burst_gap` apart, then silence that keeps the mean
  DurationNs burst_gap = nanoseconds(500);
  DurationNs skew = microseconds(5);             // each line lags the one before by this
  DurationNs skew_jitter{0};                     // and by 0 to this, drawn for each packet; never reorders a line
  std::optional<std::uint64_t> start_sequence;   // wire number of the first unit; default: the framing's
  std::optional<DurationNs> heartbeat_interval;  // zero: none; default: the framing's
  std::uint32_t closing_heartbeats = 0;          // after the last data packet
  bool end_of_session = false;                   // where the framing has a mark for it
  std::vector<std::uint64_t> restarts;           // before these data packets (from 0, ascending)
  DurationNs restart_pause = milliseconds(10);
  std::vector<Pause> pauses;  // by `before`, ascending
  std::vector<Fault> faults;
  // Random and every-n-th faults keep off this many data packets at both ends of the capture and around restarts, where
  // a hole cannot be told from the capture's edge. Above the reorder window of 64 packets.
  std::uint64_t fault_margin = 80;
  std::optional<Retransmission> retransmission;
};

struct CapturePlan {
  std::uint64_t seed = 1;
  TimeNs start{1'767'623'400'000'000'000};  // 2026-01-05 14:30:00 UTC, 09:30 in New York
  CaptureFormat format = CaptureFormat::pcapng;
  std::uint32_t interfaces = 1;  // 2: odd lines on the second one (pcapng)
  std::optional<std::uint16_t> vlan;
  bool ipv6 = false;
  std::uint32_t snaplen = 0;
  bool bad_checksums = false;
  std::uint64_t drops = 0;                     // packets in a row, of all lines together, that the capture lost
  std::optional<std::uint64_t> drops_at;       // before this packet of the wire (from 0); default: the middle
  bool states_drops = true;                    // in isb_ifdrop
  std::optional<DurationNs> duplicate;         // every packet twice, this much apart
  std::optional<DurationNs> second_point;      // every packet again behind a router hop, this much later
  DurationNs clock_back{0};                    // the capture's clock steps back by this, once
  std::optional<std::uint64_t> clock_back_at;  // at this packet of the wire; default: the middle
  bool wants_truth = true;  // false: counts of packets only; the truth needs about 40 bytes a packet and 20 a unit
};

// Why a plan cannot be carried out, in terms of its fields; nothing when it can.
Result<void> check_plan(const std::vector<FeedPlan>& feeds, const CapturePlan& capture);

// What was done, one sentence a fault.
std::vector<std::string> describe(const std::vector<FeedPlan>& feeds, const CapturePlan& capture);

// "A", "B", ...
std::string line_name(std::uint32_t line);

}  // namespace wirecause::generate
