// Up to when a live source has handed out everything: its latest stamp while packets wait, the clock minus a lag once none
// does. Never goes back.
//
// Stamps of the hardware come from another clock than `now`, converted as of the last second: how far they are ahead all
// the same is taken from the newest stamp at the first question after it came. That is at most what it really is, for the
// packet is older than the question: the watermark errs to the safe side.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

namespace wirecause {

class Watermark {
 public:
  // `lag`: the longest way of a packet from its stamp to where it can be seen to wait.
  explicit Watermark(DurationNs lag) : lag_(lag) {}

  TimeNs at(TimeNs now, TimeNs latest_stamp, bool is_idle, bool is_of_hardware) {
    if (is_of_hardware && compared_ != latest_stamp) {
      compared_ = latest_stamp;
      ahead_ = latest_stamp - now;
    }
    if (is_idle) idle_until_ = later(idle_until_, now + ahead_ - lag_);
    return later(latest_stamp, idle_until_);
  }

 private:
  DurationNs lag_;
  TimeNs idle_until_ = kNoTime;
  TimeNs compared_ = kNoTime;
  DurationNs ahead_{0};
};

}  // namespace wirecause
