// A flight that stops growing although nothing was lost and the receiver has room: the sender's own buffer holds no more. What a
// congestion window allows grows with every round trip, until something is lost.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/time.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

class Plateau {
 public:
  // A wait for an acknowledgement is over: `flight` bytes were under way, and so long of it was given to the congestion window
  // and to queueing.
  void waited(Offset flight, Offset segment, TimeNs now, DurationNs window, DurationNs queueing) {
    State& at = state();
    if (flight > at.widest + segment || at.since == kNoTime) {
      at.widest = flight;
      at.since = now;
      at.window = at.queueing = {};
    }
    at.last = now;
    at.window = at.window + window;
    at.queueing = at.queueing + queueing;
  }
  void lost() { state().has_lost = true; }

  // It lasted for so many round trips that a congestion window would have grown.
  bool is_send_buffer(DurationNs round_trip) const {
    constexpr std::int64_t kRounds = 8;
    return state_ && !state_->has_lost && state_->since != kNoTime && round_trip.ns > 0 &&
           state_->last - state_->since > DurationNs{kRounds * round_trip.ns};
  }
  DurationNs window() const { return state_ ? state_->window : DurationNs{0}; }
  DurationNs queueing() const { return state_ ? state_->queueing : DurationNs{0}; }

 private:
  struct State {
    Offset widest = 0;
    TimeNs since = kNoTime;
    TimeNs last = kNoTime;
    DurationNs window{0};  // since then
    DurationNs queueing{0};
    bool has_lost = false;
  };
  State& state() {
    if (!state_) [[unlikely]]
      state_ = std::make_unique<State>();
    return *state_;
  }

  std::unique_ptr<State> state_;  // none until it waits, or loses something
};

}  // namespace wirecause::tcp
