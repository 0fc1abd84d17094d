// Points of time in words (declared in text.hpp).
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <fmt/format.h>

#include <chrono>

namespace wirecause {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400;
constexpr std::string_view kUnknown = "unknown";

// A time taken apart: whole seconds of the local clock, rounded down, and what is left.
struct Local {
  std::int64_t day = 0;
  std::int64_t second_of_day = 0;
  std::int64_t ns = 0;
};

Local local_of(TimeNs time, std::int64_t offset_s) {
  const std::int64_t ns = ((time.ns % kSecond) + kSecond) % kSecond;
  const std::int64_t whole = time.ns / kSecond - (time.ns % kSecond < 0 ? 1 : 0) + offset_s;
  const std::int64_t second_of_day = ((whole % kDay) + kDay) % kDay;
  return {(whole - second_of_day) / kDay, second_of_day, ns};
}

std::string hms(std::int64_t second_of_day) {
  return fmt::format("{:02}:{:02}:{:02}", second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
}

}  // namespace

std::string clock_text(TimeNs time, std::int64_t offset_s) {
  if (time == kNoTime) return std::string(kUnknown);
  const Local local = local_of(time, offset_s);
  return fmt::format("{}.{:09}", hms(local.second_of_day), local.ns);
}

std::string short_clock_text(TimeNs time, std::int64_t offset_s) {
  if (time == kNoTime) return std::string(kUnknown);
  const Local local = local_of(time, offset_s);
  return fmt::format("{}.{:03}", hms(local.second_of_day), local.ns / 1'000'000);
}

std::string date_text(TimeNs time, std::int64_t offset_s) {
  if (time == kNoTime) return std::string(kUnknown);
  const Local local = local_of(time, offset_s);
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(local.day))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string date_clock_text(TimeNs time, std::int64_t offset_s) {
  if (time == kNoTime) return std::string(kUnknown);
  return fmt::format("{} {} {}", date_text(time, offset_s), clock_text(time, offset_s), offset_text(offset_s));
}

std::string offset_text(std::int64_t offset_s) {
  const std::int64_t minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
  return fmt::format("{}{:02}:{:02}", offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace wirecause
