// A bounded set of numbers as sorted intervals; insert() says how many numbers were new. Used to count a unit once that
// several lines missed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace wirecause {

class IntervalSet {
 public:
  // Beyond it the lowest interval is forgotten: two lines report the same unit close together.
  static constexpr std::size_t kMaxIntervals = 4'096;

  // Adds [first, end); returns how many of its numbers were not in the set.
  std::uint64_t insert(std::uint64_t first, std::uint64_t end) {
    auto low = std::partition_point(intervals_.begin(), intervals_.end(),
                                    [first](const Interval& i) { return i.end < first; });
    std::uint64_t known = 0;
    Interval merged{first, end};
    auto high = low;
    for (; high != intervals_.end() && high->first <= end; ++high) {
      const std::uint64_t from = std::max(high->first, first);
      const std::uint64_t to = std::min(high->end, end);
      if (to > from) known += to - from;
      merged.first = std::min(merged.first, high->first);
      merged.end = std::max(merged.end, high->end);
    }
    low = intervals_.erase(low, high);
    intervals_.insert(low, merged);
    if (intervals_.size() > kMaxIntervals) intervals_.erase(intervals_.begin());
    return (end - first) - known;
  }
  // How many of [first, end) are in the set.
  std::uint64_t overlap(std::uint64_t first, std::uint64_t end) const {
    std::uint64_t known = 0;
    auto at = std::partition_point(intervals_.begin(), intervals_.end(),
                                   [first](const Interval& i) { return i.end <= first; });
    for (; at != intervals_.end() && at->first < end; ++at)
      known += std::min(at->end, end) - std::max(at->first, first);
    return known;
  }
  bool empty() const { return intervals_.empty(); }
  void shift(std::uint64_t by) {
    for (Interval& interval : intervals_) {
      interval.first += by;
      interval.end += by;
    }
  }

 private:
  struct Interval {
    std::uint64_t first;
    std::uint64_t end;
  };
  std::vector<Interval> intervals_;
};

}  // namespace wirecause
