// SPDX-License-Identifier: Apache-2.0
#include "base/calendar.hpp"

#include <limits>
#include <utility>

namespace wirecause {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400;

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

TimeNs from_seconds(std::int64_t s) {
  std::int64_t ns = 0;
  if (!__builtin_mul_overflow(s, kNsPerSecond, &ns)) return {ns};
  return {s < 0 ? std::numeric_limits<std::int64_t>::min() + 1 : std::numeric_limits<std::int64_t>::max()};
}

// Local seconds to UTC: the first instant that shows them, or, where clocks jump over them, the instant of the jump.
std::int64_t to_utc(const Zone& zone, std::int64_t local_s) {
  const std::int64_t earlier = local_s - zone.offset_at(local_s - kDay);
  const std::int64_t later = local_s - zone.offset_at(local_s + kDay);
  const auto shows = [&](std::int64_t utc_s) { return utc_s + zone.offset_at(utc_s) == local_s; };
  return !shows(earlier) && shows(later) ? later : earlier;
}

std::uint64_t distance(TimeNs a, TimeNs b) {
  const DurationNs d = a < b ? b - a : a - b;
  return static_cast<std::uint64_t>(d.ns);
}

}  // namespace

Result<ExchangeCalendar> ExchangeCalendar::load(std::string_view zone, std::string_view database) {
  auto loaded = Zone::load(zone, database);
  if (!loaded) return tl::unexpected(std::move(loaded).error());
  return ExchangeCalendar(*std::move(loaded));
}

void ExchangeCalendar::find_day(TimeNs utc) {
  const std::int64_t utc_s = floor_div(utc.ns, kNsPerSecond);
  std::int64_t day = floor_div(utc_s + zone_.offset_at(utc_s), kDay);
  // Where clocks go back over midnight the local date goes back too, and the day that has begun already is the answer.
  if (to_utc(zone_, (day + 1) * kDay) <= utc_s) ++day;
  if (to_utc(zone_, day * kDay) > utc_s) --day;
  begin_ = from_seconds(to_utc(zone_, day * kDay));
  end_ = from_seconds(to_utc(zone_, (day + 1) * kDay));
}

TimeNs ExchangeCalendar::nearer_of_neighbours(DurationNs since_midnight, TimeNs near) {
  const TimeNs today = midnight_before(near) + since_midnight;
  const TimeNs neighbour = today < near ? end_ : midnight_before(begin_ - seconds(1));
  const TimeNs other = neighbour + since_midnight;
  return distance(other, near) < distance(today, near) ? other : today;
}

std::int64_t ExchangeCalendar::offset_at(TimeNs utc) const { return zone_.offset_at(floor_div(utc.ns, kNsPerSecond)); }

}  // namespace wirecause
