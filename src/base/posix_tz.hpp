// A POSIX TZ rule ("EST5EDT,M3.2.0,M11.1.0"): the offset from UTC of a zone at any instant, by rule alone.
//
// It is the footer of every TZif file (RFC 8536 3.3), which speaks for all times after the last listed transition, and
// the form of the rules that zone.cpp carries for hosts without a time-zone database.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wirecause {

class PosixTz {
 public:
  // Nothing when the text is not a rule that POSIX (with RFC 8536's hours of -167 to 167) allows.
  static std::optional<PosixTz> parse(std::string_view text);

  // Seconds east of UTC at an instant given in seconds since the Unix epoch.
  std::int64_t offset_at(std::int64_t utc_s) const;

  // One end of daylight saving time: a day of the year and a local time on it.
  struct Change {
    enum class Kind : std::uint8_t { month_week_day, julian_no_leap, day_of_year } kind = Kind::month_week_day;
    int month = 0;      // 1 to 12
    int week = 0;       // 1 to 5, 5 = last
    int day = 0;        // weekday 0 (Sunday) to 6, or day of the year
    int time_s = 7200;  // of the local clock before the change
  };

 private:
  std::int64_t standard_ = 0;
  std::int64_t daylight_ = 0;
  bool has_daylight_ = false;
  Change begins_;
  Change ends_;
};

}  // namespace wirecause
