// SPDX-License-Identifier: Apache-2.0
#include "engine/input_book.hpp"

#include <algorithm>

#include "packet/unknown.hpp"

namespace wirecause {

void InputBook::unusual(Book& book, const Decoded& decoded) {
  if (decoded.is_fragment) ++book.summary.fragments;
  if (decoded.outcome == DecodeOutcome::malformed) ++book.summary.malformed_packets;
  if (decoded.outcome != DecodeOutcome::unsupported) return;
  ++book.summary.undecoded_packets;
  const std::pair kind{decoded.stopped_at, decoded.stopped_number};
  const auto found = book.unknown.find(kind);
  if (found != book.unknown.end()) {
    ++found->second.packets;
  } else if (book.unknown.size() < kMaxKinds) {
    Unknown& unknown = book.unknown[kind];
    unknown.example = decoded;
    unknown.example.payload = {};
    unknown.example.tcp.options = {};
    unknown.packets = 1;
  } else {
    ++book.other_kinds;
  }
}

std::optional<std::uint64_t> stated_drops(const InterfaceFacts& facts) {
  if (facts.dropped || facts.os_dropped) return facts.dropped.value_or(0) + facts.os_dropped.value_or(0);
  if (facts.has_packet_drops) return facts.packet_drops;
  return std::nullopt;
}

std::vector<InputSummary> InputBook::summaries(const CaptureSet& captures, const Points& points) const {
  std::vector<InputSummary> all;
  for (std::size_t i = 0; i < books_.size(); ++i) {
    const CaptureFacts& facts = captures.source(i).facts();
    InputSummary sum = books_[i].summary;
    sum.file = facts.file;
    sum.format = facts.format;
    sum.bytes = facts.bytes;
    sum.damaged_records = facts.damaged_records;
    sum.comments = facts.comments;
    sum.cut = captures.source(i).tail_error();
    bool all_state = !facts.interfaces.empty();
    std::uint64_t drops = 0;
    for (const InterfaceFacts& interface : facts.interfaces) {
      const auto stated = stated_drops(interface);
      if (stated) drops += *stated;
      if (!stated && interface.packets != 0) all_state = false;
    }
    if (all_state || drops != 0) sum.dropped = drops;
    for (const auto& [kind, unknown] : books_[i].unknown)
      sum.undecoded.push_back({unknown_text(unknown.example), unknown.packets});
    if (books_[i].other_kinds != 0) sum.undecoded.push_back({"other kinds", books_[i].other_kinds});
    std::stable_sort(sum.undecoded.begin(), sum.undecoded.end(),
                     [](const UnknownCount& a, const UnknownCount& b) { return a.packets > b.packets; });
    for (const Point& point : points.all()) {
      const bool is_here =
          std::any_of(point.sources.begin(), point.sources.end(), [i](const auto& s) { return s.first == i; });
      if (is_here) sum.points.push_back(point.name);
    }
    all.push_back(std::move(sum));
  }
  return all;
}

}  // namespace wirecause
