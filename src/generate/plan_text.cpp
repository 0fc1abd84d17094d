// SPDX-License-Identifier: Apache-2.0
#include "generate/plan_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "generate/eastern_time.hpp"

namespace wirecause::generate {
namespace {

constexpr DurationNs kLateBy = milliseconds(50);  // far beyond a reorder window of 1 ms
constexpr DurationNs kDuplicateAfter = microseconds(1);

auto refuse(std::string_view typed, std::string_view expected) {
  return fail(Errc::usage, fmt::format("'{}' is not {}", typed, expected));
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0;;) {
    const std::size_t end = text.find(separator, at);
    parts.push_back(text.substr(at, end - at));
    if (end == std::string_view::npos) return parts;
    at = end + 1;
  }
}

Result<double> parse_probability(std::string_view text) {
  double value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0 && value <= 1))
    return refuse(text, "a probability from 0 to 1, as 0.01");
  return value;
}

// "5-9+12", or with times "1ms-2ms".
template <class ParseEnd>
Result<std::vector<Pattern::Range>> parse_ranges(std::string_view text, ParseEnd parse_end) {
  std::vector<Pattern::Range> ranges;
  for (const std::string_view part : split(text, '+')) {
    const std::size_t dash = part.find('-');
    Pattern::Range range;
    WC_TRY_ASSIGN(range.first, parse_end(part.substr(0, dash)));
    range.last = range.first;
    if (dash != std::string_view::npos) {
      WC_TRY_ASSIGN(range.last, parse_end(part.substr(dash + 1)));
    }
    if (range.last < range.first) return refuse(part, "a range from low to high");
    ranges.push_back(range);
  }
  return ranges;
}

Result<std::uint64_t> parse_time_end(std::string_view text) {
  WC_TRY_ASSIGN(const DurationNs span, parse_span(text));
  return static_cast<std::uint64_t>(span.ns);
}

Result<Pattern> parse_burst(std::string_view value) {
  const std::size_t by = value.find('x');
  if (by == std::string_view::npos) return refuse(value, "a burst, as 0.001x20 (probability x packets)");
  Pattern pattern;
  pattern.kind = Pattern::Kind::burst;
  WC_TRY_ASSIGN(pattern.probability, parse_probability(value.substr(0, by)));
  WC_TRY_ASSIGN(pattern.count, parse_whole(value.substr(by + 1)));
  return pattern;
}

// A pattern from one "name=value"; Kind::none when the name is not a pattern's.
Result<Pattern> parse_named(std::string_view name, std::string_view value) {
  Pattern pattern;
  if (name == "seq") {
    pattern.kind = Pattern::Kind::numbers;
    WC_TRY_ASSIGN(pattern.ranges, parse_ranges(value, parse_whole));
  } else if (name == "packets") {
    pattern.kind = Pattern::Kind::packets;
    WC_TRY_ASSIGN(pattern.ranges, parse_ranges(value, parse_whole));
  } else if (name == "time") {
    pattern.kind = Pattern::Kind::time;
    WC_TRY_ASSIGN(pattern.ranges, parse_ranges(value, parse_time_end));
  } else if (name == "every") {
    pattern.kind = Pattern::Kind::every;
    WC_TRY_ASSIGN(pattern.count, parse_whole(value));
    if (pattern.count == 0) return refuse(value, "a count of packets above zero");
  } else if (name == "random") {
    pattern.kind = Pattern::Kind::random;
    WC_TRY_ASSIGN(pattern.probability, parse_probability(value));
  } else if (name == "burst") {
    return parse_burst(value);
  }
  return pattern;
}

struct Setting {
  std::string_view name;
  std::string_view value;
};

std::vector<Setting> settings_of(std::string_view text) {
  std::vector<Setting> settings;
  for (const std::string_view part : split(text, ',')) {
    const std::size_t equals = part.find('=');
    settings.push_back({part.substr(0, equals), equals == std::string_view::npos ? "" : part.substr(equals + 1)});
  }
  return settings;
}

// Which settings a kind of fault takes beside its pattern.
bool takes(Fault::Kind kind, std::string_view name) {
  switch (kind) {
    case Fault::Kind::reorder:
      return name == "by" || name == "delay";
    case Fault::Kind::late:
      return name == "delay";
    case Fault::Kind::duplicate:
      return name == "delay" || name == "copies";
    case Fault::Kind::lose:
    case Fault::Kind::outage:
      return false;
  }
  return false;
}

Result<void> apply(const Setting& setting, Fault& fault) {
  if (setting.name == "session") {
    WC_TRY_ASSIGN(const std::uint64_t session, parse_whole(setting.value));
    fault.pattern.session = static_cast<std::uint32_t>(session);
    return {};
  }
  if (!takes(fault.kind, setting.name))
    return refuse(setting.name, "a pattern (seq, packets, time, every, random, burst) or a setting of this fault");
  if (setting.name == "delay") {
    WC_TRY_ASSIGN(fault.delay, parse_span(setting.value));
    return {};
  }
  WC_TRY_ASSIGN(const std::uint64_t count, parse_whole(setting.value));
  if (count == 0 || count > 1000) return refuse(setting.value, "a count from 1 to 1000");
  (setting.name == "by" ? fault.by : fault.copies) = static_cast<std::uint32_t>(count);
  return {};
}

Result<void> parse_settings(std::string_view text, Fault& fault) {
  for (const Setting& setting : settings_of(text)) {
    WC_TRY_ASSIGN(Pattern pattern, parse_named(setting.name, setting.value));
    if (pattern.kind == Pattern::Kind::none) {
      WC_TRY(apply(setting, fault));
      continue;
    }
    if (fault.pattern.kind != Pattern::Kind::none) return refuse(text, "one pattern");
    pattern.session = fault.pattern.session;
    fault.pattern = std::move(pattern);
  }
  if (fault.pattern.kind == Pattern::Kind::none) return refuse(text, "a pattern, as random=0.01 or packets=5-9");
  return {};
}

Fault with_defaults(Fault::Kind kind) {
  Fault fault;
  fault.kind = kind;
  if (kind == Fault::Kind::late) fault.delay = kLateBy;
  if (kind == Fault::Kind::duplicate) fault.delay = kDuplicateAfter;
  return fault;
}

// "A", "2.A", "*": sets feed and line, gives the rest after the colon.
Result<std::string_view> parse_where(std::string_view text, Fault& fault) {
  constexpr std::string_view kExpected = "LINE:PATTERN, as A:random=0.01, 2.A:every=50 or *:packets=5-9";
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return refuse(text, kExpected);
  std::string_view where = text.substr(0, colon);
  if (const std::size_t dot = where.find('.'); dot != std::string_view::npos) {
    WC_TRY_ASSIGN(const std::uint64_t feed, parse_whole(where.substr(0, dot)));
    if (feed == 0) return refuse(text, kExpected);
    fault.feed = static_cast<std::uint32_t>(feed - 1);
    where.remove_prefix(dot + 1);
  }
  if (where.size() != 1 || (where != "*" && (where[0] < 'A' || where[0] > 'D'))) return refuse(text, kExpected);
  if (where != "*") fault.line = static_cast<std::uint32_t>(where[0] - 'A');
  return text.substr(colon + 1);
}

// Exactly `digits` digits.
bool take_digits(std::string_view& text, std::size_t digits, unsigned& out) {
  if (text.size() < digits) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, out);
  if (error != std::errc{} || end != text.data() + digits) return false;
  text.remove_prefix(digits);
  return true;
}

bool take_char(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

Result<std::uint64_t> parse_whole(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return refuse(text, "a whole number");
  return value;
}

Result<DurationNs> parse_span(std::string_view text) {
  constexpr std::string_view kExpected = "a time with its unit, as 250ns, 5us, 1.5ms or 2s";
  double value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const double scale = unit == "ns"                 ? 1
                       : unit == "us"               ? 1e3
                       : unit == "ms"               ? 1e6
                       : unit == "s"                ? 1e9
                       : value == 0 && unit.empty() ? 1
                                                    : 0;
  if (error != std::errc{} || scale == 0 || !(value >= 0) || value * scale > 1e18) return refuse(text, kExpected);
  return DurationNs{std::llround(value * scale)};
}

Result<TimeNs> parse_start(std::string_view text) {
  constexpr std::int64_t kLatest = 4'000'000'000;  // the year 2096; pcap's seconds end ten years later
  if (const auto seconds_since = parse_whole(text); seconds_since && *seconds_since <= kLatest)
    return TimeNs{static_cast<std::int64_t>(*seconds_since) * 1'000'000'000};
  std::string_view rest = text;
  unsigned year = 0;
  unsigned month = 0;
  unsigned day = 0;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  const bool is_time = take_digits(rest, 4, year) && take_char(rest, '-') && take_digits(rest, 2, month) &&
                       take_char(rest, '-') && take_digits(rest, 2, day) && take_char(rest, 'T') &&
                       take_digits(rest, 2, hour) && take_char(rest, ':') && take_digits(rest, 2, minute) &&
                       take_char(rest, ':') && take_digits(rest, 2, second) && take_char(rest, 'Z') && rest.empty();
  if (!is_time || year < 1970 || year > 2096 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
      minute > 59 || second > 59)
    return refuse(text, "a time, as 2026-01-05T14:30:00Z or seconds since the epoch");
  const std::int64_t days = days_since_epoch(year, month, day);
  return TimeNs{(((days * 24 + hour) * 60 + minute) * 60 + second) * 1'000'000'000};
}

Result<Pattern> parse_pattern(std::string_view text) {
  Fault fault;
  WC_TRY(parse_settings(text, fault));
  return fault.pattern;
}

Result<std::uint32_t> parse_lines(std::string_view text) {
  constexpr std::string_view kExpected = "a list of lines, as A,B (up to A,B,C,D), or their number";
  if (const auto count = parse_whole(text)) {
    if (*count < 1 || *count > 4) return refuse(text, kExpected);
    return static_cast<std::uint32_t>(*count);
  }
  std::uint32_t lines = 0;
  for (const std::string_view name : split(text, ',')) {
    if (name != line_name(lines) || lines == 4) return refuse(text, kExpected);
    ++lines;
  }
  return lines;
}

Result<Fault> parse_fault(Fault::Kind kind, std::string_view text) {
  Fault fault = with_defaults(kind);
  WC_TRY_ASSIGN(const std::string_view rest, parse_where(text, fault));
  WC_TRY(parse_settings(rest, fault));
  return fault;
}

Result<Fault> parse_common_loss(std::string_view text) {
  Fault fault;
  fault.same_packets = true;
  WC_TRY(parse_settings(text, fault));
  return fault;
}

Result<Fault> parse_tail_loss(std::string_view text, bool& is_revealed) {
  Fault fault;
  WC_TRY_ASSIGN(std::string_view rest, parse_where(text, fault));
  if (const std::size_t comma = rest.find(','); comma != std::string_view::npos) {
    if (rest.substr(comma + 1) != "revealed") return refuse(text, "LINE:PACKETS or LINE:PACKETS,revealed");
    is_revealed = true;
    rest = rest.substr(0, comma);
  }
  fault.pattern.kind = Pattern::Kind::last;
  WC_TRY_ASSIGN(fault.pattern.count, parse_whole(rest));
  return fault;
}

Result<Pause> parse_pause(std::string_view text, Pause::Kind kind) {
  const std::vector<Setting> settings = settings_of(text);
  Pause pause;
  pause.kind = kind;
  WC_TRY_ASSIGN(pause.before, parse_whole(settings.front().name));
  for (std::size_t i = 1; i < settings.size(); ++i) {
    if (settings[i].name == "for") {
      WC_TRY_ASSIGN(pause.length, parse_span(settings[i].value));
    } else if (settings[i].name == "queued" && kind == Pause::Kind::unsent) {
      pause.kind = Pause::Kind::queued;
    } else {
      return refuse(settings[i].name, "a setting of a pause (for=TIME)");
    }
  }
  if (pause.length.ns == 0) return refuse(text, "PACKETS,for=TIME, as 5000,for=20ms");
  return pause;
}

}  // namespace wirecause::generate
