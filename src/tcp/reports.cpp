// SPDX-License-Identifier: Apache-2.0
#include "tcp/reports.hpp"

#include <algorithm>

namespace wirecause::tcp {

void Reports::passed(const Report& report) {
  Passed passed{report.time,        static_cast<std::uint32_t>(report.acknowledged),
                report.window,      report.stamp,
                report.signs,       report.has_stamp,
                report.is_progress, report.is_bare};
  if (count_ == 0) {
    near_ = report.acknowledged;
    step_ = {};
  }
  const bool goes_on = count_ > 0 && report.time - group_since_ < step_;
  if (goes_on && has_last_ && heard_ < count_) {
    Passed& newest = at(static_cast<std::uint8_t>(count_ - 1U));
    passed.is_progress = passed.is_progress || newest.is_progress;
    newest = passed;
    return;
  }
  if (count_ == room_) make_room();
  at(count_++) = passed;
  has_last_ = goes_on;
  if (!goes_on) group_since_ = report.time;
}

// Twice as much, and where that is too much, of each two the later: the way is longer than was thought.
void Reports::make_room() {
  constexpr std::uint8_t kFirst = 2;
  constexpr DurationNs kLeast = microseconds(10);
  if (room_ < kMost) {
    const auto room = static_cast<std::uint8_t>(room_ == 0 ? kFirst : 2U * room_);
    auto larger = std::make_unique<Passed[]>(room);
    for (std::uint8_t i = 0; i < count_; ++i) larger[i] = at(i);
    passed_ = std::move(larger);
    room_ = room;
    first_ = 0;
    return;
  }
  step_ = std::max(kLeast, DurationNs{2 * step_.ns});
  has_last_ = true;
  std::uint8_t kept = 0;
  for (std::uint8_t i = 1; i < count_; i = static_cast<std::uint8_t>(i + 2U)) {
    const bool is_progress = at(i).is_progress || at(static_cast<std::uint8_t>(i - 1U)).is_progress;
    at(kept) = at(i);
    at(kept++).is_progress = is_progress;
  }
  count_ = kept;
  heard_ = static_cast<std::uint8_t>(heard_ / 2U);
}

bool Reports::is_overdue(const Answer& answer) const {
  return heard_ < count_ && answer.time - at(heard_).time > answer.latest;
}

Report Reports::report_of(std::uint8_t i, TimeNs until, DurationNs way) {
  const Passed& passed = at(i);
  Report report;
  report.time = std::min(passed.time + way, until);
  report.acknowledged = near_ = offset_near(near_, 0, passed.acknowledged);
  report.window = passed.window;
  report.stamp = passed.stamp;
  report.has_stamp = passed.has_stamp;
  report.signs = passed.signs;
  report.is_progress = passed.is_progress;
  report.is_bare = passed.is_bare;
  return report;
}

}  // namespace wirecause::tcp
