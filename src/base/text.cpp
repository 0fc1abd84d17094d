// Numbers, shares, durations and bytes; text for terminals is in terminal_text.cpp, times are in time_text.cpp.
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wirecause {
namespace {

constexpr std::int64_t kMicro = 1'000;
constexpr std::int64_t kMilli = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;

// Shares are rounded from millionths.
constexpr std::uint64_t kWhole = 1'000'000;
constexpr std::uint64_t kPerCent = 10'000;

std::string_view without_trailing_zeros(std::string_view decimals) {
  while (!decimals.empty() && decimals.back() == '0') decimals.remove_suffix(1);
  return decimals;
}

// value / unit with at most `digits` decimals, cut and without trailing zeros.
std::string decimal(std::uint64_t value, std::uint64_t unit, int digits) {
  std::string decimals;
  std::uint64_t rest = value % unit;
  for (int i = 0; i < digits; ++i) {
    rest *= 10;
    decimals.push_back(static_cast<char>('0' + rest / unit));
    rest %= unit;
  }
  const std::string_view shown = without_trailing_zeros(decimals);
  const std::string whole = number_text(value / unit);
  return shown.empty() ? whole : fmt::format("{}.{}", whole, shown);
}

// Three significant digits of value / unit, where unit <= value < 1 000 units.
std::string three_digits(std::uint64_t value, std::uint64_t unit) {
  const std::uint64_t whole = value / unit;
  return decimal(value, unit, whole >= 100 ? 0 : whole >= 10 ? 1 : 2);
}

// part * scale / whole, rounded to the nearest; part <= whole. Beyond 64 bits both lose the same low bits, which a
// share of six digits does not show.
std::uint64_t scaled_share(std::uint64_t part, std::uint64_t whole, std::uint64_t scale) {
  while (whole > (std::uint64_t{1} << 40U)) {
    whole >>= 1U;
    part >>= 1U;
  }
  return (part * scale + whole / 2) / whole;
}

// Fewer than 10 000 millionths (1 %) rounded to two significant digits, still in millionths.
std::uint64_t two_digits(std::uint64_t millionths) {
  const std::uint64_t step = millionths < 100 ? 1 : millionths < 1'000 ? 10 : 100;
  return (millionths + step / 2) / step * step;
}

// Millionths of the whole as per cent with up to four decimals: 150 is "0.015".
std::string per_cent(std::uint64_t millionths) {
  const std::string decimals = fmt::format("{:04}", millionths % 10'000);
  const std::string_view shown = without_trailing_zeros(decimals);
  return fmt::format("{}.{} %", millionths / 10'000, shown.empty() ? "0" : shown);
}

}  // namespace

std::string number_text(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ' ');
  }
  return digits;
}

std::string signed_number_text(std::int64_t value) {
  if (value >= 0) return number_text(static_cast<std::uint64_t>(value));
  return "-" + number_text(~static_cast<std::uint64_t>(value) + 1);
}

std::string count_text(std::uint64_t value, std::string_view singular) {
  return fmt::format("{} {}{}", number_text(value), singular, value == 1 ? "" : "s");
}

std::string percent_text(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "no data";
  if (part == 0) return "0 %";
  if (part == whole) return "100 %";
  if (part > whole) return fmt::format("{} times", decimal(part, whole, 1));
  const std::uint64_t millionths = scaled_share(part, whole, kWhole);
  if (millionths < 10) return "< 0.001 %";
  if (millionths < kPerCent) return per_cent(two_digits(millionths));
  const std::uint64_t missing = scaled_share(whole - part, whole, kWhole);
  if (missing < 10) return "> 99.999 %";
  if (missing < kPerCent) return per_cent(kWhole - two_digits(missing));
  return per_cent((millionths + 500) / 1'000 * 1'000);
}

std::string duration_text(DurationNs duration) {
  if (duration.ns < 0) return "-" + duration_text(DurationNs{0} - duration);
  const auto ns = static_cast<std::uint64_t>(duration.ns);
  if (duration.ns < kMicro) return fmt::format("{} ns", ns);
  if (duration.ns < kMilli) return three_digits(ns, kMicro) + " us";
  if (duration.ns < kSecond) return three_digits(ns, kMilli) + " ms";
  if (duration.ns < 10 * kMinute) return decimal(ns, kSecond, 3) + " s";
  if (duration.ns < kHour) {
    return fmt::format("{} min {:02} s", duration.ns / kMinute, duration.ns % kMinute / kSecond);
  }
  return fmt::format("{} h {:02} min", signed_number_text(duration.ns / kHour), duration.ns % kHour / kMinute);
}

std::string bytes_text(std::uint64_t bytes) {
  static constexpr std::array<std::string_view, 7> kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t unit = 0;
  while (unit + 1 < kUnits.size() && (bytes >> (10 * (unit + 1))) != 0) ++unit;
  if (unit == 0) return fmt::format("{} B", bytes);
  // Tenths of the unit, by way of the next smaller one so that nothing overflows.
  const std::uint64_t whole = bytes >> (10 * unit);
  const std::uint64_t tenth = ((bytes >> (10 * (unit - 1))) % 1'024) * 10 / 1'024;
  if (whole >= 100 || tenth == 0) return fmt::format("{} {}", whole, kUnits[unit]);
  return fmt::format("{}.{} {}", whole, tenth, kUnits[unit]);
}

}  // namespace wirecause
