// The words of a rule, one table.
// SPDX-License-Identifier: Apache-2.0
#include "rule.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <map>
#include <sstream>
#include <string_view>

namespace lab {
namespace {

constexpr std::array<std::string_view, 11> kActions = {"loss", "block",  "delay", "reorder", "duplicate", "corrupt",
                                                       "rate", "police", "ttl",   "strip",   "mtu"};

std::vector<std::string> parts_of(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, at);) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

std::uint64_t whole(const std::string& text) {
  char* end = nullptr;
  const std::uint64_t value = std::strtoull(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0' || text[0] == '-') throw BadRule("'" + text + "' is not a whole number");
  return value;
}

std::uint64_t up_to(const std::string& text, std::uint64_t limit) {
  const std::uint64_t value = whole(text);
  if (value > limit) throw BadRule("'" + text + "' is above " + std::to_string(limit));
  return value;
}

std::int64_t scaled(const std::string& text, std::int64_t unit) {
  return static_cast<std::int64_t>(up_to(text, 3'600'000'000ULL)) * unit;
}

double chance(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(value >= 0 && value <= 1))
    throw BadRule("'" + text + "' is no probability (0 to 1)");
  return value;
}

bool yes(const std::string& text) {
  if (text == "yes") return true;
  if (text == "no") return false;
  throw BadRule("'" + text + "': yes or no");
}

Ranges ranges(const std::string& text) {
  Ranges found;
  for (const std::string& part : parts_of(text, ',')) {
    const auto dash = part.find('-');
    const std::uint64_t first = whole(part.substr(0, dash));
    const std::uint64_t last = dash == std::string::npos ? first : whole(part.substr(dash + 1));
    if (last < first) throw BadRule("'" + part + "' ends before it begins");
    found.emplace_back(first, last);
  }
  if (found.empty()) throw BadRule("'" + text + "' names no number");
  return found;
}

void gilbert(Choice& choice, const std::string& text) {
  const auto parts = parts_of(text, ',');
  if (parts.size() != 3) throw BadRule("gilbert=" + text + ": TO_BAD,TO_GOOD,LOSS_WHILE_BAD");
  choice.is_gilbert = true;
  choice.to_bad = chance(parts[0]);
  choice.to_good = chance(parts[1]);
  choice.bad_loss = chance(parts[2]);
}

void options(Rule& rule, const std::string& text) {
  for (const std::string& part : parts_of(text, ',')) {
    if (part == "sack")
      rule.strips_sack = true;
    else if (part == "timestamps")
      rule.strips_timestamps = true;
    else if (part == "wscale")
      rule.strips_wscale = true;
    else
      throw BadRule("options=" + text + ": of sack, timestamps, wscale");
  }
}

std::uint8_t protocol(const std::string& text) {
  if (text == "udp") return kUdp;
  if (text == "tcp") return kTcp;
  throw BadRule("proto=" + text + ": udp or tcp");
}

using Taker = std::function<void(Rule&, const std::string&)>;

const std::map<std::string, Taker>& words() {
  static const std::map<std::string, Taker> table{
      {"name", [](Rule& r, const std::string& v) { r.name = v; }},
      {"proto", [](Rule& r, const std::string& v) { r.protocol = protocol(v); }},
      {"port", [](Rule& r, const std::string& v) { r.port = static_cast<std::uint16_t>(up_to(v, 65'535)); }},
      {"min_size", [](Rule& r, const std::string& v) { r.min_size = whole(v); }},
      {"max_size", [](Rule& r, const std::string& v) { r.max_size = whole(v); }},
      {"from_ordinal", [](Rule& r, const std::string& v) { r.from_ordinal = whole(v); }},
      {"to_ordinal", [](Rule& r, const std::string& v) { r.to_ordinal = whole(v); }},
      {"from_ms", [](Rule& r, const std::string& v) { r.from_ns = scaled(v, 1'000'000); }},
      {"to_ms", [](Rule& r, const std::string& v) { r.to_ns = scaled(v, 1'000'000); }},
      {"on", [](Rule& r, const std::string& v) { r.starts_on = yes(v); }},
      {"ordinals", [](Rule& r, const std::string& v) { r.choice.ordinals = ranges(v); }},
      {"numbers", [](Rule& r, const std::string& v) { r.choice.numbers = ranges(v); }},
      {"every", [](Rule& r, const std::string& v) { r.choice.every = whole(v); }},
      {"run", [](Rule& r, const std::string& v) { r.choice.run = whole(v); }},
      {"probability", [](Rule& r, const std::string& v) { r.choice.probability = chance(v); }},
      {"gilbert", [](Rule& r, const std::string& v) { gilbert(r.choice, v); }},
      {"us", [](Rule& r, const std::string& v) { r.delay_ns = scaled(v, 1'000); }},
      {"jitter_us", [](Rule& r, const std::string& v) { r.jitter_ns = scaled(v, 1'000); }},
      {"ordered", [](Rule& r, const std::string& v) { r.keeps_order = yes(v); }},
      {"behind", [](Rule& r, const std::string& v) { r.behind = whole(v); }},
      {"hold_ms", [](Rule& r, const std::string& v) { r.hold_ns = scaled(v, 1'000'000); }},
      {"gap_us", [](Rule& r, const std::string& v) { r.gap_ns = scaled(v, 1'000); }},
      {"copies", [](Rule& r, const std::string& v) { r.copies = up_to(v, 100); }},
      {"offset", [](Rule& r, const std::string& v) { r.offset = whole(v); }},
      {"bit", [](Rule& r, const std::string& v) { r.bit = up_to(v, 7); }},
      {"fix_checksum", [](Rule& r, const std::string& v) { r.fixes_checksum = yes(v); }},
      {"bps", [](Rule& r, const std::string& v) { r.bits_per_second = whole(v); }},
      {"queue_packets", [](Rule& r, const std::string& v) { r.queue_packets = whole(v); }},
      {"queue_bytes", [](Rule& r, const std::string& v) { r.queue_bytes = whole(v); }},
      {"burst_bytes", [](Rule& r, const std::string& v) { r.burst_bytes = whole(v); }},
      {"set", [](Rule& r, const std::string& v) { r.ttl_set = static_cast<int>(up_to(v, 255)); }},
      {"decrement", [](Rule& r, const std::string& v) { r.ttl_decrement = static_cast<int>(up_to(v, 255)); }},
      {"options", [](Rule& r, const std::string& v) { options(r, v); }},
      {"bytes", [](Rule& r, const std::string& v) { r.mtu = whole(v); }},
      {"icmp", [](Rule& r, const std::string& v) { r.tells_by_icmp = yes(v); }},
  };
  return table;
}

void require(bool is_there, const Rule& rule, const char* what) {
  if (!is_there) throw BadRule(name_of(rule.action) + " needs " + what);
}

void check(const Rule& rule) {
  const Choice& c = rule.choice;
  const int ways = int{!c.ordinals.empty()} + int{!c.numbers.empty()} + int{c.every != 0} + int{c.probability >= 0} +
                   int{c.is_gilbert};
  if (ways > 1) throw BadRule("choose by one of ordinals, numbers, every, probability, gilbert");
  switch (rule.action) {
    case Action::delay:
      require(rule.delay_ns > 0 || rule.jitter_ns > 0, rule, "us= or jitter_us=");
      break;
    case Action::rate:
      require(rule.bits_per_second > 0, rule, "bps=");
      break;
    case Action::police:
      require(rule.bits_per_second > 0 && rule.burst_bytes > 0, rule, "bps= and burst_bytes=");
      break;
    case Action::ttl:
      require(rule.ttl_set >= 0 || rule.ttl_decrement > 0, rule, "set= or decrement=");
      break;
    case Action::strip:
      require(rule.strips_sack || rule.strips_timestamps || rule.strips_wscale, rule, "options=");
      break;
    case Action::mtu:
      require(rule.mtu >= 68, rule, "bytes= of at least 68");
      break;
    case Action::reorder:
      require(rule.behind > 0, rule, "behind= of at least 1");
      [[fallthrough]];
    case Action::loss:
    case Action::duplicate:
    case Action::corrupt:
      require(ways == 1, rule, "a choice (ordinals=, numbers=, every=, probability=, gilbert=); to take all: block");
      break;
    case Action::block:
      break;
  }
}

Direction direction_of(const std::string& text) {
  if (text == "down") return Direction::down;
  if (text == "up") return Direction::up;
  if (text == "both") return Direction::both;
  throw BadRule("direction '" + text + "': down, up or both");
}

Rule read(const std::string& text) {
  const auto parts = parts_of(text, ' ');
  if (parts.size() < 2) throw BadRule("DIRECTION ACTION [WORD=VALUE...]");
  Rule rule;
  rule.direction = direction_of(parts[0]);
  const auto* const action = std::find(kActions.begin(), kActions.end(), parts[1]);
  if (action == kActions.end()) throw BadRule("no such action: " + parts[1]);
  rule.action = static_cast<Action>(action - kActions.begin());
  rule.name = parts[1];
  for (std::size_t i = 2; i < parts.size(); ++i) {
    const auto equals = parts[i].find('=');
    const auto word = words().find(parts[i].substr(0, equals));
    if (equals == std::string::npos || word == words().end()) throw BadRule("no such word: " + parts[i]);
    word->second(rule, parts[i].substr(equals + 1));
  }
  check(rule);
  return rule;
}

}  // namespace

std::string name_of(Action action) { return std::string(kActions[static_cast<std::size_t>(action)]); }

Rule rule_of(const std::string& text) {
  try {
    return read(text);
  } catch (const BadRule& error) {
    throw BadRule("rule '" + text + "': " + error.what());
  }
}

Field field_of(const std::string& text) {
  const auto parts = parts_of(text, ',');
  if (parts.size() != 3 || (parts[2] != "big" && parts[2] != "little"))
    throw BadRule("field '" + text + "': OFFSET,WIDTH,big|little");
  Field field{up_to(parts[0], 65'535), up_to(parts[1], 8), parts[2] == "little"};
  if (field.width == 0) throw BadRule("field '" + text + "': a width of 1 to 8");
  return field;
}

}  // namespace lab
