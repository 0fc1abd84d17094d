// Which readings of a counter tell of which symptom. What a reading shows happened before it, up to a second before; two
// symptoms less than that apart may both have moved the counter, and then the growth between them proves nothing of either.
//
// Rivals are symptoms that the same counter might pay for: two losses of different times or feeds; two drops, unless the
// kernel gave two different reasons, or one reason at one time (a datagram that several consumers waited for is counted
// once). Pure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "evidence/episode.hpp"

namespace wirecause {

class RivalWindows {
 public:
  static constexpr DurationNs kLag = seconds(1);  // from what happened to the reading that shows it

  // Readings in (first, second].
  using Interval = std::pair<TimeNs, TimeNs>;
  struct Window {
    TimeNs from;  // readings after it, and up to `to`, may show the symptom
    TimeNs to;
    std::vector<Interval> contested;  // of them, those that may show a rival: in order, disjoint
  };

  explicit RivalWindows(std::span<const Episode> episodes);

  // Of one of the episodes: widened by kLag on either side, but for readings that a rival before it accounts for.
  Window of(std::size_t episode) const;

 private:
  struct Span {
    TimeNs first;
    TimeNs last;
    std::size_t episode = 0;
  };
  bool are_rivals(const Episode& a, const Episode& b) const;

  std::span<const Episode> episodes_;
  std::vector<Span> spans_;            // by first
  std::vector<TimeNs> latest_so_far_;  // of the spans up to each: the last end
};

}  // namespace wirecause
