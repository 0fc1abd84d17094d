// When a pause of a feed is a symptom: longer than the publisher's own rhythm allows.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "base/time.hpp"
#include "feed/descriptor.hpp"

namespace wirecause {

// What the feed showed before the pause.
struct SilenceContext {
  DurationNs heartbeat_interval{0};  // nominal; 0: the framing has none
  DurationNs longest_pause{0};       // so far
  std::uint64_t packets = 0;
  std::uint64_t heartbeats = 0;
};

// So many packets show the rhythm of a feed with heartbeats, and of one without.
inline constexpr std::uint64_t kRhythmPackets = 16;
inline constexpr std::uint64_t kSteadyPackets = 1'000;

inline bool has_rhythm(const SilenceContext& before) {
  return before.packets >= (before.heartbeat_interval.ns > 0 ? kRhythmPackets : kSteadyPackets);
}

// A feed with heartbeats is silent after three that did not come (and never while its pauses were longer before: then the
// interval is not what the specification says). One without is silent only against a long, steady record of its own.
inline bool is_silence(DurationNs pause, const SilenceContext& before) {
  constexpr std::int64_t kMissedHeartbeats = 3;
  constexpr std::int64_t kSteadyFactor = 200;
  if (!has_rhythm(before)) return false;
  if (before.heartbeat_interval.ns > 0) {
    return pause.ns > kMissedHeartbeats * before.heartbeat_interval.ns &&
           before.longest_pause.ns <= kMissedHeartbeats * before.heartbeat_interval.ns;
  }
  return pause >= seconds(1) && pause.ns / kSteadyFactor > before.longest_pause.ns;
}

// The longest pauses of a feed that has no rhythm yet. One long pause, between subscribing and the opening, is no rhythm:
// as its measure counts the pause that was reached three times.
class EarlyPauses {
 public:
  DurationNs add(DurationNs pause) {  // returns the measure
    for (DurationNs& longest : longest_) {
      if (pause > longest) std::swap(pause, longest);
    }
    return longest_.back();
  }

 private:
  std::array<DurationNs, 3> longest_{};  // longest first
};

// A silence of all lines of a feed.
struct Silence {
  TimeNs from;
  TimeNs to;
  TimeNs sent_before = kNoTime;
  TimeNs sent_after = kNoTime;
  std::uint64_t frame = 0;  // that ended it
  std::uint16_t input = 0;
  LineId line = 0;
  bool continued = true;  // numbers went on where they stopped
  bool at_end = false;    // it never ended
};

// A new epoch.
struct Restart {
  // How it showed. The values are those of the evidence `restart.kind`.
  enum class Kind : std::uint8_t {
    session = 0,  // a new session identity
    mark = 1,     // the framing's own mark
    silent = 2,   // numbers that begin again, nothing else
  };
  TimeNs at;
  DurationNs idle{0};  // of the feed before it
  std::uint64_t frame = 0;
  std::uint16_t input = 0;
  SessionId from_session = 0;
  SessionId to_session = 0;
  std::uint64_t last_number = 0;   // wire, of the old epoch
  std::uint64_t first_number = 0;  // wire, of the new one
  Kind kind = Kind::session;
  std::uint64_t lines = 1;  // that have followed
};

}  // namespace wirecause
