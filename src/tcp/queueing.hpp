// Time that one direction's packets spend in queues: round trips above the shortest of the last minutes, and whether they
// grow and fall with what is under way. A queue that the connection itself fills does; another's, or a receiver that takes
// its time, does not.
//
// The window of the shortest is that of Linux (tcp_min_rtt_wlen, 300 s), in two halves. The relation is the correlation of
// flight and round trip over all samples: integers, halved before they overflow.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

struct QueueingSummary {
  DurationNs base{0};  // shortest round trip of the path in the window; 0: not known
  DurationNs mean{0};  // above the base, over all samples
  DurationNs most{0};
  std::uint64_t samples = 0;
  std::int32_t follows_flight =
      0;  // per mille: correlation of round trip and flight; 0 also where one of them stood still
};

class Queueing {
 public:
  // What was known before: the shortest so far, or 0.
  void begin(TimeNs time, DurationNs shortest) noexcept {
    window_from_ = time;
    now_ = shortest;
  }
  // A round trip of the path, and what was under way when its packet went past. How much of it was queueing.
  DurationNs add(TimeNs time, DurationNs round_trip, Offset flight) noexcept;
  // Shortest in the window; 0: no sample.
  DurationNs base() const noexcept { return before_.ns == 0 ? now_ : std::min(now_, before_); }
  QueueingSummary summary() const;

 private:
  void relate(DurationNs round_trip, Offset flight) noexcept;

  TimeNs window_from_ = kNoTime;
  DurationNs now_{0};     // shortest of this half of the window; 0: none
  DurationNs before_{0};  // of the half before
  DurationNs most_{0};
  std::int64_t sum_ns_ = 0;
  std::uint64_t samples_ = 0;
  std::int64_t unit_ns_ = 0;  // of round trips (y); 0: no sample
  std::uint64_t n_ = 0;
  std::uint64_t x_ = 0;
  std::uint64_t y_ = 0;
  std::uint64_t xx_ = 0;
  std::uint64_t xy_ = 0;
  std::uint64_t yy_ = 0;
};

}  // namespace wirecause::tcp
