// SPDX-License-Identifier: Apache-2.0
#include "base/posix_tz.hpp"

#include <charconv>
#include <chrono>

namespace wirecause {
namespace {

constexpr std::int64_t kDay = 86'400;

// Reads a rule from its front; the first thing that does not fit latches `ok`.
class Reader {
 public:
  explicit Reader(std::string_view text) : left_(text) {}

  bool ok = true;
  bool at_end() const { return left_.empty(); }
  bool next_is(char c) const { return !left_.empty() && left_.front() == c; }
  bool take(char c) {
    if (!next_is(c)) return false;
    left_.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok = take(c) && ok; }

  // "EST" or "<+0330>": the abbreviation itself is of no use here.
  void skip_name() {
    if (take('<')) {
      const std::size_t end = left_.find('>');
      ok = ok && end != std::string_view::npos;
      left_ = ok ? left_.substr(end + 1) : std::string_view{};
      return;
    }
    std::size_t n = 0;
    while (n < left_.size() && is_letter(left_[n])) ++n;
    ok = ok && n >= 3;
    left_.remove_prefix(n);
  }

  int number(int lowest, int highest) {
    int value = 0;
    const auto [end, error] = std::from_chars(left_.data(), left_.data() + left_.size(), value);
    ok = ok && error == std::errc{} && value >= lowest && value <= highest;
    left_.remove_prefix(static_cast<std::size_t>(end - left_.data()));
    return ok ? value : 0;
  }

  // [+-]hh[:mm[:ss]] in seconds.
  int clock(int highest_hour) {
    const bool negative = take('-');
    if (!negative) take('+');
    int seconds = number(0, highest_hour) * 3600;
    if (take(':')) seconds += number(0, 59) * 60;
    if (take(':')) seconds += number(0, 59);
    return negative ? -seconds : seconds;
  }

 private:
  static bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

  std::string_view left_;
};

PosixTz::Change read_change(Reader& in) {
  PosixTz::Change change;
  using Kind = PosixTz::Change::Kind;
  if (in.take('M')) {
    change.month = in.number(1, 12);
    in.expect('.');
    change.week = in.number(1, 5);
    in.expect('.');
    change.day = in.number(0, 6);
  } else if (in.take('J')) {
    change.kind = Kind::julian_no_leap;
    change.day = in.number(1, 365);
  } else {
    change.kind = Kind::day_of_year;
    change.day = in.number(0, 365);
  }
  if (in.take('/')) change.time_s = in.clock(167);
  return change;
}

std::int64_t days_of(std::chrono::year_month_day date) {
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// Days since the Unix epoch of the day that `change` means in `year`.
std::int64_t day_in(const PosixTz::Change& change, std::chrono::year year) {
  using namespace std::chrono;
  const std::int64_t new_year = days_of(year / January / 1);
  switch (change.kind) {
    case PosixTz::Change::Kind::day_of_year:
      return new_year + change.day;
    case PosixTz::Change::Kind::julian_no_leap:
      return new_year + change.day - (year.is_leap() && change.day >= 60 ? 0 : 1);
    case PosixTz::Change::Kind::month_week_day:
      break;
  }
  const auto in_month = year / month(static_cast<unsigned>(change.month));
  const weekday wanted(static_cast<unsigned>(change.day));
  if (change.week == 5) return days_of(year_month_day(sys_days(in_month / wanted[last])));
  return days_of(year_month_day(sys_days(in_month / wanted[static_cast<unsigned>(change.week)])));
}

std::chrono::year year_of(std::int64_t local_s) {
  const std::int64_t day = local_s / kDay - (local_s % kDay < 0 ? 1 : 0);
  using std::chrono::days;
  return std::chrono::year_month_day(std::chrono::sys_days(days(day))).year();
}

}  // namespace

std::optional<PosixTz> PosixTz::parse(std::string_view text) {
  Reader in(text);
  PosixTz zone;
  in.skip_name();
  zone.standard_ = -in.clock(24);  // POSIX counts west of Greenwich as positive
  if (in.ok && in.at_end()) return zone;
  zone.has_daylight_ = true;
  in.skip_name();
  zone.daylight_ = in.next_is(',') ? zone.standard_ + 3600 : -in.clock(24);
  in.expect(',');
  zone.begins_ = read_change(in);
  in.expect(',');
  zone.ends_ = read_change(in);
  if (!in.ok || !in.at_end()) return std::nullopt;
  return zone;
}

std::int64_t PosixTz::offset_at(std::int64_t utc_s) const {
  if (!has_daylight_) return standard_;
  const std::chrono::year year = year_of(utc_s + standard_);
  const std::int64_t begins = day_in(begins_, year) * kDay + begins_.time_s - standard_;
  const std::int64_t ends = day_in(ends_, year) * kDay + ends_.time_s - daylight_;
  // South of the equator daylight saving time spans the new year.
  const bool daylight = begins < ends ? (utc_s >= begins && utc_s < ends) : (utc_s >= begins || utc_s < ends);
  return daylight ? daylight_ : standard_;
}

}  // namespace wirecause
