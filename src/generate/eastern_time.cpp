// SPDX-License-Identifier: Apache-2.0
#include "generate/eastern_time.hpp"

namespace wirecause::generate {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kHour = 3600 * kSecond;
constexpr std::int64_t kDay = 24 * kHour;

// The date of the n-th Sunday of a month, as days since the epoch. Day 0 was a Thursday.
std::int64_t nth_sunday(std::int64_t year, unsigned month, std::int64_t n) noexcept {
  const std::int64_t first = days_since_epoch(year, month, 1);
  const std::int64_t weekday = (first + 4) % 7;  // 0 = Sunday
  return first + (7 - weekday) % 7 + (n - 1) * 7;
}

std::int64_t year_of(std::int64_t days) noexcept {
  std::int64_t year = 1970 + days / 366;  // never too late a year
  while (days_since_epoch(year + 1, 1, 1) <= days) ++year;
  return year;
}

std::int64_t eastern_offset(std::int64_t utc_ns) noexcept {
  const std::int64_t year = year_of(utc_ns / kDay);
  const std::int64_t begins = nth_sunday(year, 3, 2) * kDay + 7 * kHour;  // 02:00 EST
  const std::int64_t ends = nth_sunday(year, 11, 1) * kDay + 6 * kHour;   // 02:00 EDT
  return utc_ns >= begins && utc_ns < ends ? -4 * kHour : -5 * kHour;
}

}  // namespace

// H. Hinnant, "chrono-Compatible Low-Level Date Algorithms": years that begin in March put the leap day last.
std::int64_t days_since_epoch(std::int64_t year, unsigned month, unsigned day) noexcept {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t shifted_month = month > 2 ? std::int64_t{month} - 3 : std::int64_t{month} + 9;
  const std::int64_t day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

std::uint64_t eastern_ns_since_midnight(TimeNs t) noexcept {
  if (t.ns < kDay) return 0;
  return static_cast<std::uint64_t>((t.ns + eastern_offset(t.ns)) % kDay);
}

}  // namespace wirecause::generate
