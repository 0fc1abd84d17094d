// Exchange-local midnight: what "nanoseconds since midnight" in a message counts from.
//
// Feed latency asks once per message; the answer is kept for the local day, so that a lookup is two comparisons. One
// writer per object: give each tracker its own. Reads no clock and no environment (TZ is ignored).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/zone.hpp"

namespace wirecause {

class ExchangeCalendar {
 public:
  // Errors are those of Zone::load. The first lookup reads no file.
  static Result<ExchangeCalendar> load(std::string_view zone, std::string_view database = Zone::kDatabase);
  explicit ExchangeCalendar(Zone zone) : zone_(std::move(zone)) {}

  // The last local midnight at or before `utc`. Where a day has no 00:00 (clocks go forward at midnight), its first
  // instant.
  TimeNs midnight_before(TimeNs utc) {
    if (utc < begin_ || utc >= end_) [[unlikely]]
      find_day(utc);
    return begin_;
  }

  // The instant that shows `since_midnight` on the exchange's wall clock and lies nearest to `near` (the capture time):
  // around midnight the message may be of yesterday, or by clock error of tomorrow.
  TimeNs instant(DurationNs since_midnight, TimeNs near) {
    const TimeNs today = midnight_before(near) + since_midnight;
    const DurationNs off = today - near;
    if (off <= kHalfDay && off >= DurationNs{-kHalfDay.ns}) [[likely]]
      return today;
    return nearer_of_neighbours(since_midnight, near);
  }

  // Seconds east of UTC, for printing local times.
  std::int64_t offset_at(TimeNs utc) const;

  // The zone's file was missing and a rule of ours was used instead: say so beside figures that depend on it.
  bool is_built_in() const { return zone_.is_built_in(); }

 private:
  static constexpr DurationNs kHalfDay = seconds(43'200);

  void find_day(TimeNs utc);
  TimeNs nearer_of_neighbours(DurationNs since_midnight, TimeNs near);

  Zone zone_;
  TimeNs begin_{0};  // of the day found last; empty until the first lookup
  TimeNs end_{0};
};

}  // namespace wirecause
