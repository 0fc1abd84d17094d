// Time as an argument (DESIGN D8): strong types for points and spans of time, both int64 nanoseconds.
//
// A TimeNs counts from the Unix epoch in the clock of whoever stamped the packet; which clock that is travels at the
// evidence level. Nobody below engine reads a clock. They hold the years 1678 to 2262; sums and
// differences of hostile stamps saturate at the ends.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace wirecause {

struct DurationNs {
  std::int64_t ns = 0;
  constexpr auto operator<=>(const DurationNs&) const = default;
};

struct TimeNs {
  std::int64_t ns = 0;
  constexpr auto operator<=>(const TimeNs&) const = default;
};

inline constexpr TimeNs kNoTime{std::numeric_limits<std::int64_t>::min()};  // "not stamped", "never seen"

namespace detail {
// Two's-complement wrap is defined on unsigned; hostile stamps must not be undefined behaviour.
constexpr std::int64_t saturating_add(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a < 0 ? std::numeric_limits<std::int64_t>::min() + 1 : std::numeric_limits<std::int64_t>::max();
}
constexpr std::int64_t saturating_sub(std::int64_t a, std::int64_t b) {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return a < 0 ? std::numeric_limits<std::int64_t>::min() + 1 : std::numeric_limits<std::int64_t>::max();
}
}  // namespace detail

constexpr DurationNs operator-(TimeNs a, TimeNs b) { return {detail::saturating_sub(a.ns, b.ns)}; }
constexpr TimeNs operator+(TimeNs t, DurationNs d) { return {detail::saturating_add(t.ns, d.ns)}; }
constexpr TimeNs operator-(TimeNs t, DurationNs d) { return {detail::saturating_sub(t.ns, d.ns)}; }
constexpr DurationNs operator+(DurationNs a, DurationNs b) { return {detail::saturating_add(a.ns, b.ns)}; }
constexpr DurationNs operator-(DurationNs a, DurationNs b) { return {detail::saturating_sub(a.ns, b.ns)}; }

// By value, where std::max picks an address and then loads: no branch that a packet's stamp decides.
constexpr TimeNs later(TimeNs a, TimeNs b) { return {a.ns > b.ns ? a.ns : b.ns}; }

constexpr DurationNs nanoseconds(std::int64_t n) { return {n}; }
constexpr DurationNs microseconds(std::int64_t n) { return {n * 1'000}; }
constexpr DurationNs milliseconds(std::int64_t n) { return {n * 1'000'000}; }
constexpr DurationNs seconds(std::int64_t n) { return {n * 1'000'000'000}; }

}  // namespace wirecause
