// SPDX-License-Identifier: Apache-2.0
#include "feed/latency_tracker.hpp"

#include <limits>
#include <utility>

namespace wirecause {
namespace {

// Every bucket that holds something, as (highest value of the bucket within what was recorded, how many).
template <class Visit>
void for_each_bucket(const Histogram& histogram, Visit&& visit) {
  for (std::uint32_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    for (std::uint64_t left = histogram.count_in(bucket); left > 0;) {
      const auto weight =
          static_cast<std::uint32_t>(std::min<std::uint64_t>(left, std::numeric_limits<std::uint32_t>::max()));
      visit(std::min(Histogram::highest_of(bucket), histogram.max()), weight);
      left -= weight;
    }
  }
}

}  // namespace

void LatencyTracker::collect(std::int64_t difference) {
  first_.push_back(difference);
  if (first_.size() >= kReferenceSamples) fix_reference();
}

void LatencyTracker::fix_reference() {
  above_.emplace();
  if (!clock_error_ && !first_.empty()) reference_ = *std::min_element(first_.begin(), first_.end());
  for (const std::int64_t difference : std::exchange(first_, {})) record(difference);
}

void LatencyTracker::record(std::int64_t difference, std::uint32_t weight) {
  if (clock_error_ && difference < 0) {
    if (difference < -clock_error_->ns) {
      negative_ += weight;
      return;
    }
    difference = 0;  // as far as the clocks can tell
  }
  const std::int64_t above = detail::saturating_sub(difference, reference_);
  if (above >= 0) {
    above_->record(above, weight);
    return;
  }
  if (!below_) below_.emplace();
  below_->record(detail::saturating_sub(0, above), weight);
}

void LatencyTracker::absorb(LatencyTracker&& other) {
  if (other.above_ && !above_) std::swap(*this, other);  // the longer history stays, the few samples join it
  if (!other.above_) {
    for (const std::int64_t difference : std::exchange(other.first_, {})) {
      if (above_) {
        record(difference);
      } else {
        first_.push_back(difference);
      }
    }
    if (!above_ && first_.size() >= kReferenceSamples) fix_reference();
    return;
  }
  for_each_bucket(*other.above_, [&](std::int64_t value, std::uint32_t weight) {
    record(detail::saturating_add(other.reference_, value), weight);
  });
  if (other.below_) {
    for_each_bucket(*other.below_, [&](std::int64_t value, std::uint32_t weight) {
      record(detail::saturating_sub(other.reference_, value), weight);
    });
  }
  negative_ += other.negative_;
}

LatencySummary LatencyTracker::summary() {
  if (!above_) fix_reference();
  LatencySummary summary;
  summary.relative = !clock_error_.has_value();
  summary.clock_error = clock_error_;
  summary.to = "capture time";
  summary.negative = negative_;
  const std::int64_t floor = below_ ? -below_->max() : above_->min();
  if (!summary.relative || floor == 0) {
    summary.histogram = above_->summary();
    summary.floor_ns = summary.relative ? reference_ : 0;
    return summary;
  }
  Histogram shifted;
  for_each_bucket(*above_, [&](std::int64_t value, std::uint32_t weight) {
    shifted.record(std::max<std::int64_t>(0, detail::saturating_sub(value, floor)), weight);
  });
  if (below_) {
    for_each_bucket(*below_, [&](std::int64_t value, std::uint32_t weight) { shifted.record(-value - floor, weight); });
  }
  summary.histogram = shifted.summary();
  summary.floor_ns = detail::saturating_add(reference_, floor);
  return summary;
}

}  // namespace wirecause
