// The clocks of a live run, read here only (DESIGN D8). Packets are stamped in CLOCK_REALTIME, the programs in the kernel
// stamp in CLOCK_MONOTONIC: a pair of both, read once a second, converts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace wirecause {

TimeNs realtime_now();
std::int64_t monotonic_now();  // ns

class ClockPair {
 public:
  ClockPair() { read(); }

  // Reads both clocks anew. Returns by how much the realtime clock stepped against the monotonic one since the last
  // reading: slewing moves it by less than a millisecond a second (500 ppm, adjtimex(2)).
  DurationNs read();

  TimeNs realtime(std::int64_t monotonic_ns) const { return {detail::saturating_add(monotonic_ns, offset_)}; }
  DurationNs bound() const { return bound_; }  // of the error of the pair: half the time that reading it took

 private:
  std::int64_t offset_ = 0;  // realtime - monotonic
  DurationNs bound_{0};
  bool is_read_ = false;
};

}  // namespace wirecause
