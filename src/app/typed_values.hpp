// Values as people type them after an option: counts, spans, instants. Errors are usage, with what was typed and what is
// expected; the caller puts the option's name in front.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "engine/options.hpp"

namespace wirecause {

Result<std::uint64_t> whole_number_from(std::string_view text);  // "120"
Result<DurationNs> duration_from(std::string_view text);         // "250ns", "5us", "1.5ms", "2s", "10min", "6h"
Result<std::uint64_t> size_from(std::string_view text);          // bytes: "212992", "256K", "64M", "1G" (of 1 024)

// "2026-01-05T14:30:00.118Z", the same with +01:00, seconds since the epoch with up to nine decimals, or a time of day:
// "14:30", "14:30:00", "14:30:00.118" (UTC, on the day of the first packet).
Result<TimeBound> time_bound_from(std::string_view text);

}  // namespace wirecause
