// The exchange's clock of US feeds: US Eastern time, whose midnight PITCH and ITCH count from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace wirecause::generate {

// Days since 1970-01-01 of a date of the Gregorian calendar.
std::int64_t days_since_epoch(std::int64_t year, unsigned month, unsigned day) noexcept;

// Nanoseconds since the last midnight in New York, by the rule since 2007 (15 U.S.C. 260a): daylight time from 02:00 on
// the second Sunday of March to 02:00 on the first Sunday of November. Times before 1970 are not supported.
std::uint64_t eastern_ns_since_midnight(TimeNs t) noexcept;

}  // namespace wirecause::generate
