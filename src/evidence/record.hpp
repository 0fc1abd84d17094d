// The nouns: what evidence is (DESIGN D1). A fact with a time and a subject, in one of five shapes.
//
// Trackers and collectors publish records and decide nothing; causes read records and look nowhere else. Every name that
// is published is declared in a Published table beside its publisher, so that the meta test can check what causes need.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace wirecause {

enum class Shape : std::uint8_t {
  event,     // happened at `from`
  sample,    // a counter's value at `from`
  state,     // a value that held from `from` to `to`
  interval,  // units [value, value + count) of a line missing or dropped at a place
  summary,   // what a tracker computed over [from, to]
};

// connection: of TCP, by its number; host_pair: all connections between two addresses; server: all of one address and port.
// host: this network namespace and machine; interface: position in HostContext::interfaces; cpu: its number; consumer: one
// reader of one line (evidence/consumer.hpp).
enum class SubjectKind : std::uint8_t {
  run,
  input,
  point,
  feed,
  line,
  host,
  interface,
  cpu,
  consumer,
  connection,
  host_pair,
  server
};

// What a record is about. The number is given in order of appearance, so it is the same for every run over the same input.
struct Subject {
  SubjectKind kind = SubjectKind::run;
  std::uint32_t id = 0;
  auto operator<=>(const Subject&) const = default;
};

inline constexpr Subject kHost{SubjectKind::host, 0};

enum class Unit : std::uint8_t { none, packets, messages, units, bytes, nanoseconds, per_million, frames };

// Which packets show it: frame numbers of one input, as Wireshark counts them, and a ready display filter.
struct FrameRefs {
  std::uint32_t input = 0;
  std::vector<std::uint64_t> frames;  // the first few
  std::string filter;                 // Wireshark display filter; empty where no packet shows it
};

struct Record {
  Shape shape = Shape::event;
  std::string_view name;  // static text: "capture.dropped"
  Subject subject;
  TimeNs from = kNoTime;
  TimeNs to = kNoTime;
  std::int64_t value = 0;
  std::uint64_t count = 0;  // units, for intervals
  Unit unit = Unit::none;
  std::string_view source;  // static text: "pcapng isb_ifdrop", "wire", "capture file"
  std::string text;         // what a number cannot say
  FrameRefs frames;
};

// One line of a publisher's table: every name it may publish.
struct Published {
  std::string_view name;
  Shape shape;
  Unit unit;
  std::string_view meaning;  // one sentence, for docs and `wirecause list evidence`
};

using EvidenceId = std::uint32_t;  // index into the timeline

}  // namespace wirecause
