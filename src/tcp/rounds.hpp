// Round trips of one direction as its sender counts them: a round is over when the sender has heard of everything that it had
// sent when the round began, and sends again.
//
// Units: bytes. sent() is called for every packet with data, with what its sender had heard (heard.hpp).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

struct Round {
  TimeNs from = kNoTime;
  TimeNs to = kNoTime;
  Offset delivered = 0;          // newly acknowledged in it, and not more than was sent in it: else it had arrived before
  Offset flight = 0;             // the most that was under way while nothing was being repaired
  bool is_idle = false;          // nothing was under way, or less than a segment was sent: the application had no more
  bool is_window_full = false;   // the receiver's window was filled
  bool is_disturbed = false;     // something was sent again, or was being repaired
  DurationNs most_queueing{0};   // of its samples
  DurationNs length() const { return to - from; }
};

class Rounds {
 public:
  // `next`: behind the highest byte sent, this packet included. The round that was over before it.
  std::optional<Round> sent(TimeNs time, Offset known, Offset next) noexcept {
    if (now_.from == kNoTime || known < mark_) {
      if (now_.from == kNoTime) begin(time, known, next);
      return std::nullopt;
    }
    Round over = now_;
    over.to = time;
    over.delivered = std::min(known - known_, next - mark_);
    begin(time, known, next);
    return over;
  }
  // A new one begins with this packet, whatever was under way.
  void begin(TimeNs time, Offset known, Offset next) noexcept {
    now_ = {};
    now_.from = time;
    known_ = known;
    mark_ = next;
  }
  void note_flight(Offset flight) noexcept { now_.flight = std::max(now_.flight, flight); }
  void note_queueing(DurationNs queueing) noexcept { now_.most_queueing = std::max(now_.most_queueing, queueing); }
  void note_idle() noexcept { now_.is_idle = true; }
  void note_full_window() noexcept { now_.is_window_full = true; }
  void note_disturbance() noexcept { now_.is_disturbed = true; }
  const Round& now() const { return now_; }

 private:
  Round now_;
  Offset known_ = 0;
  Offset mark_ = 0;
};

}  // namespace wirecause::tcp
