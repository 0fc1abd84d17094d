// SPDX-License-Identifier: Apache-2.0
#include "tcp/reports.hpp"

#include <algorithm>
#include <limits>

namespace wirecause::tcp {

void Reports::passed(const Report& report) {
  const auto window = std::min<std::uint64_t>(report.window, std::numeric_limits<std::uint32_t>::max());
  Passed passed{report.time,
                static_cast<std::uint32_t>(report.acknowledged),
                static_cast<std::uint32_t>(window),
                report.stamp,
                report.signs,
                report.has_stamp,
                report.is_progress,
                report.is_bare};
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

bool Reports::is_heard(const Passed& passed, const Answer& answer, DurationNs least_age) {
  constexpr DurationNs kLongest = seconds(1);  // by then it was heard, whatever a stamp says
  const DurationNs age = answer.time - passed.time;
  // Only packets that the sender takes in order renew what it echoes: of those with data nobody here knows.
  if (passed.has_stamp && answer.has_echo && age < kLongest) {
    if (is_older_stamp(passed.stamp, answer.echo)) return true;
    if (passed.is_bare && is_older_stamp(answer.echo, passed.stamp)) return false;
  }
  return age >= least_age;
}

std::optional<Report> Reports::heard(const Answer& answer, DurationNs way) {
  if (heard_ == count_ || !is_heard(at(heard_), answer, answer.soonest)) return std::nullopt;
  return report_of(heard_++, answer.time, way);
}

std::optional<Report> Reports::sure(const Answer& answer, DurationNs way) {
  if (heard_ == 0 || !is_heard(at(0), answer, answer.latest)) return std::nullopt;
  const Report report = report_of(0, answer.time, way);
  first_ = static_cast<std::uint8_t>((first_ + 1U) % room_);
  --count_;
  --heard_;
  return report;
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
