// Latency of one feed: from the publisher's send time to the capture's stamp.
//
// Two clocks are involved. With a stated bound of their error the figures are absolute; negative ones within it are 0, those
// beyond it contradict it and are counted as clock evidence. Without it they are relative (decisions, "Rules of the domain"):
// above the smallest difference seen, which is known only at the end, so they are recorded against one of the first samples.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/boxed.hpp"
#include "base/histogram.hpp"
#include "base/time.hpp"
#include "feed/summary.hpp"

namespace wirecause {

class LatencyTracker {
 public:
  // Samples looked at before the reference is fixed: their minimum is close to the floor, so that the histogram's three
  // digits are digits of the latency and not of the clock offset.
  static constexpr std::size_t kReferenceSamples = 1'024;

  // `clock_error`: bound of the error between the two clocks, where the user knows one.
  explicit LatencyTracker(std::optional<DurationNs> clock_error = std::nullopt) : clock_error_(clock_error) {}

  void sample(TimeNs sent, TimeNs captured) {
    const std::int64_t difference = (captured - sent).ns;
    if (!above_) [[unlikely]]
      return collect(difference);
    const std::int64_t above = detail::saturating_sub(difference, reference_);
    if (above < 0) [[unlikely]]
      return record(difference);
    above_->record(above);
  }

  void absorb(LatencyTracker&& other);

  bool empty() const { return first_.empty() && !above_; }
  // Leaves `from` empty: what was stamped is the framing's to say.
  LatencySummary summary();

 private:
  void collect(std::int64_t difference);  // before the reference is fixed
  void fix_reference();
  void record(std::int64_t difference, std::uint32_t weight = 1);

  std::optional<DurationNs> clock_error_;
  std::vector<std::int64_t> first_;
  std::int64_t reference_ = 0;
  Boxed<Histogram> above_;  // differences from the reference upward
  Boxed<Histogram> below_;  // how far below it; a few, since it is nearly the floor
  std::uint64_t negative_ = 0;
};

}  // namespace wirecause
