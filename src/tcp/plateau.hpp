// A flight that stops growing although nothing was lost and the receiver has room: the sender's own buffer holds no more. What a
// congestion window allows grows with every round trip, until something is lost.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

class Plateau {
 public:
  // A wait for an acknowledgement is over: `flight` bytes were under way, and so long of it was given to the congestion window
  // and to queueing.
  void waited(Offset flight, Offset segment, TimeNs now, DurationNs window, DurationNs queueing) {
    if (flight > widest_ + segment || since_ == kNoTime) {
      widest_ = flight;
      since_ = now;
      window_ = queueing_ = {};
    }
    last_ = now;
    window_ = window_ + window;
    queueing_ = queueing_ + queueing;
  }
  void lost() { has_lost_ = true; }

  // It lasted for so many round trips that a congestion window would have grown.
  bool is_send_buffer(DurationNs round_trip) const {
    constexpr std::int64_t kRounds = 8;
    return !has_lost_ && since_ != kNoTime && round_trip.ns > 0 && last_ - since_ > DurationNs{kRounds * round_trip.ns};
  }
  DurationNs window() const { return window_; }
  DurationNs queueing() const { return queueing_; }

 private:
  Offset widest_ = 0;
  TimeNs since_ = kNoTime;
  TimeNs last_ = kNoTime;
  DurationNs window_{0};  // since then
  DurationNs queueing_{0};
  bool has_lost_ = false;
};

}  // namespace wirecause::tcp
