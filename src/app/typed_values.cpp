// SPDX-License-Identifier: Apache-2.0
#include "app/typed_values.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <limits>
#include <optional>
#include <utility>

#include "generate/plan_text.hpp"

namespace wirecause {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// Takes decimal digits from the front: exactly `digits` of them, or as many as there are where it is 0.
std::optional<std::int64_t> take_number(std::string_view& text, std::size_t digits) {
  std::int64_t value = 0;
  const std::string_view looked_at = digits == 0 ? text : text.substr(0, digits);
  const auto [end, error] = std::from_chars(looked_at.data(), looked_at.data() + looked_at.size(), value);
  const auto taken = static_cast<std::size_t>(end - looked_at.data());
  if (error != std::errc{} || looked_at.front() == '-' || (digits != 0 && taken != digits)) return std::nullopt;
  text.remove_prefix(taken);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

// ".118" as nanoseconds; 0 where there is no point. Nothing: no digit after it, or more than nine.
std::optional<std::int64_t> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return 0;
  std::int64_t nanoseconds = 0;
  std::int64_t unit = kSecond;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (unit == 1) return std::nullopt;
    unit /= 10;
    nanoseconds += (text.front() - '0') * unit;
    text.remove_prefix(1);
  }
  if (unit == kSecond) return std::nullopt;
  return nanoseconds;
}

// "14:30", "14:30:00.118" as nanoseconds since midnight.
std::optional<std::int64_t> take_clock(std::string_view& text) {
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  if (take(text, ':')) {
    const auto whole = take_number(text, 2);
    const auto fraction = whole ? take_fraction(text) : std::nullopt;
    if (!fraction || *whole > 60) return std::nullopt;
    seconds = *whole;
    nanoseconds = *fraction;
  }
  return ((*hours * 60 + *minutes) * 60 + seconds) * kSecond + nanoseconds;
}

// "2026-01-05" as days since 1970-01-01.
std::optional<std::int64_t> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  // int64 nanoseconds reach from 1678 to 2262.
  if (!date.ok() || *year < 1678 || *year > 2261) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// "Z" or "+01:00" as seconds east of UTC.
std::optional<std::int64_t> take_zone(std::string_view& text) {
  if (take(text, 'Z')) return 0;
  const bool west = !text.empty() && text.front() == '-';
  if (!west && !(text.size() > 1 && text.front() == '+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const std::int64_t offset = (*hours * 60 + *minutes) * 60;
  return west ? -offset : offset;
}

std::optional<TimeBound> instant(std::string_view text) {
  const auto days = take_date(text);
  if (!days || (!take(text, 'T') && !take(text, ' '))) return std::nullopt;
  const auto clock = take_clock(text);
  const auto zone = clock ? take_zone(text) : std::nullopt;
  if (!zone || !text.empty()) return std::nullopt;
  return TimeBound{TimeNs{(*days * 86'400 - *zone) * kSecond + *clock}, false};
}

std::optional<TimeBound> time_of_day(std::string_view text) {
  const auto clock = take_clock(text);
  if (!clock || !text.empty()) return std::nullopt;
  return TimeBound{TimeNs{*clock}, true};
}

std::optional<TimeBound> seconds_since_epoch(std::string_view text) {
  constexpr std::int64_t kLatest = 9'223'372'035;
  const auto seconds = take_number(text, 0);
  const auto fraction = seconds ? take_fraction(text) : std::nullopt;
  if (!fraction || !text.empty() || *seconds > kLatest) return std::nullopt;
  return TimeBound{TimeNs{*seconds * kSecond + *fraction}, false};
}

// The part before a unit; nothing: the text does not end with it.
std::optional<std::string_view> counted_in(std::string_view unit, std::string_view text) {
  if (!text.ends_with(unit)) return std::nullopt;
  return text.substr(0, text.size() - unit.size());
}

tl::unexpected<Error> too_large(std::string_view text) {
  return fail(Errc::usage, fmt::format("'{}' is too large", text));
}

Result<DurationNs> whole_spans(std::string_view text, std::string_view count, std::int64_t seconds_each) {
  WC_TRY_ASSIGN(const std::uint64_t value, whole_number_from(count));
  const std::int64_t each = seconds_each * kSecond;
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / each)) return too_large(text);
  return DurationNs{static_cast<std::int64_t>(value) * each};
}

}  // namespace

Result<std::uint64_t> whole_number_from(std::string_view text) { return generate::parse_whole(text); }

Result<DurationNs> duration_from(std::string_view text) {
  if (const auto minutes = counted_in("min", text)) return whole_spans(text, *minutes, 60);
  if (const auto hours = counted_in("h", text)) return whole_spans(text, *hours, 3'600);
  return generate::parse_span(text);
}

Result<std::uint64_t> size_from(std::string_view text) {
  for (const auto& [unit, shift] : {std::pair{"K", 10U}, std::pair{"M", 20U}, std::pair{"G", 30U}}) {
    const auto count = counted_in(unit, text);
    if (!count) continue;
    WC_TRY_ASSIGN(const std::uint64_t value, whole_number_from(*count));
    if (value > (std::numeric_limits<std::uint64_t>::max() >> shift)) return too_large(text);
    return value << shift;
  }
  return whole_number_from(text);
}

Result<TimeBound> time_bound_from(std::string_view text) {
  if (const auto found = instant(text)) return *found;
  if (const auto found = time_of_day(text)) return *found;
  if (const auto found = seconds_since_epoch(text)) return *found;
  return fail(Errc::usage,
              fmt::format("'{}' is no time, as 2026-01-05T14:30:00.118Z, 14:30:00 or 1767623400.118", text));
}

}  // namespace wirecause
