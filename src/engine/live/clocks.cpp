// SPDX-License-Identifier: Apache-2.0
#include "engine/live/clocks.hpp"

#include <ctime>
#include <limits>

namespace wirecause {
namespace {

std::int64_t clock_now(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

constexpr int kTries = 3;  // the tightest of them: an interrupt between two readings widens a pair

}  // namespace

TimeNs realtime_now() { return {clock_now(CLOCK_REALTIME)}; }

std::int64_t monotonic_now() { return clock_now(CLOCK_MONOTONIC); }

DurationNs ClockPair::read() {
  std::int64_t offset = 0;
  std::int64_t tightest = std::numeric_limits<std::int64_t>::max();
  for (int i = 0; i < kTries; ++i) {
    const std::int64_t before = clock_now(CLOCK_MONOTONIC);
    const std::int64_t real = clock_now(CLOCK_REALTIME);
    const std::int64_t after = clock_now(CLOCK_MONOTONIC);
    if (after - before >= tightest) continue;
    tightest = after - before;
    offset = real - (before + (after - before) / 2);
  }
  const DurationNs step{is_read_ ? offset - offset_ : 0};
  offset_ = offset;
  bound_ = {tightest / 2 + 1};
  is_read_ = true;
  return step;
}

}  // namespace wirecause
