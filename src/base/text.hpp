// Numbers, shares, durations and times in words for people: "1 204", "0.015 %", "8.3 us", "09:30:00.118000123".
//
// Used by reports and by diagnose's sentences, so that a figure looks the same wherever it stands. All of it is integer
// arithmetic: the same input gives the same text on every machine. Not for JSON, which holds plain integers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace wirecause {

// Thousands apart: "8 000 113", "-42".
std::string number_text(std::uint64_t value);
std::string signed_number_text(std::int64_t value);

// "1 packet", "2 packets", "0 packets".
std::string count_text(std::uint64_t value, std::string_view singular);

// Two significant digits below 1 % and of what is missing above 99 %: never "0 %" for something, never "100 %" for not
// all. 0 of 0 is "no data".
std::string percent_text(std::uint64_t part, std::uint64_t whole);

// "850 ns", "8.3 us", "12.5 ms" (three digits, cut), "400.455 s" (milliseconds), "12 min 05 s", "6 h 30 min".
std::string duration_text(DurationNs duration);

// "64 B", "208 KiB", "1.4 GiB".
std::string bytes_text(std::uint64_t bytes);

// Times at an offset from UTC in seconds; kNoTime is "unknown".
std::string clock_text(TimeNs time, std::int64_t offset_s = 0);        // "09:30:00.118000123"
std::string short_clock_text(TimeNs time, std::int64_t offset_s = 0);  // "09:30:00.118"
std::string date_text(TimeNs time, std::int64_t offset_s = 0);         // "2024-03-10"
std::string date_clock_text(TimeNs time, std::int64_t offset_s = 0);   // "2024-03-10 09:30:00.118000123 +00:00"
std::string offset_text(std::int64_t offset_s);                        // "+00:00", "-04:00"

// Text that others wrote (file names, comments, sessions), made safe for a terminal: control characters and bytes that
// are not UTF-8 become "\xNN".
std::string printable(std::string_view text);

// Columns on a terminal, one per code point (no text of ours is wide or combining).
std::size_t columns_of(std::string_view utf8);

// Cut to `columns`, the last one "…" when anything was cut.
std::string cut_to(std::string_view utf8, std::size_t columns);

// Broken at spaces into lines of at most `columns`; a longer word is kept whole on a line of its own.
std::vector<std::string> wrapped(std::string_view utf8, std::size_t columns);

}  // namespace wirecause
