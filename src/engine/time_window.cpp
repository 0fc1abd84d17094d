// SPDX-License-Identifier: Apache-2.0
#include "engine/time_window.hpp"

namespace wirecause {
namespace {

constexpr DurationNs kDay = seconds(86'400);
constexpr DurationNs kHalfDay = seconds(43'200);

TimeNs midnight_before(TimeNs time) { return TimeNs{time.ns - ((time.ns % kDay.ns) + kDay.ns) % kDay.ns}; }

// The bound as an instant, a time of day on the day of `near`.
TimeNs instant(const TimeBound& bound, TimeNs near) {
  return bound.is_time_of_day ? midnight_before(near) + DurationNs{bound.time.ns} : bound.time;
}

}  // namespace

void fix_window(AnalysisOptions& options, TimeNs first) {
  const bool is_from_of_day = options.from && options.from->is_time_of_day;
  const bool is_to_of_day = options.to && options.to->is_time_of_day;
  if (options.from) options.from = TimeBound{instant(*options.from, first), false};
  if (!options.to) return;
  const TimeNs begin = options.from ? options.from->time : first;
  TimeNs end = instant(*options.to, begin);
  if (is_to_of_day && end < begin) end = end + kDay;
  if (is_to_of_day && first - end > kHalfDay) {
    end = end + kDay;
    if (is_from_of_day) options.from->time = begin + kDay;
  }
  options.to = TimeBound{end, false};
}

}  // namespace wirecause
