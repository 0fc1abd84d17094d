// Half-open intervals [first, second) of numbers or times in one list.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace wirecause {

// Brings them in order and joins those that overlap or touch: what is left is disjoint.
template <class Bound>
void make_disjoint(std::vector<std::pair<Bound, Bound>>& intervals) {
  std::sort(intervals.begin(), intervals.end());
  std::size_t kept = 0;
  for (std::size_t i = 1; i < intervals.size(); ++i) {
    if (intervals[i].first <= intervals[kept].second) {
      intervals[kept].second = std::max(intervals[kept].second, intervals[i].second);
    } else {
      intervals[++kept] = intervals[i];
    }
  }
  intervals.resize(std::min(intervals.size(), kept + 1));
}

}  // namespace wirecause
