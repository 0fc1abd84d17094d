// SPDX-License-Identifier: Apache-2.0
#include "report/live_detail.hpp"

#include <fmt/format.h>

#include <limits>

#include "base/text.hpp"
#include "report/consumer_table.hpp"
#include "report/consumer_text.hpp"
#include "report/words.hpp"

namespace wirecause {
namespace {

// "consumer feedhandler[2435] fd 12  line A of ITCH 239.1.1.1:26477"
std::string heading(const ConsumerSummary& consumer) {
  return printable(fmt::format("  {}  line {} of {}  {}", consumer_name(consumer), consumer.line, consumer.feed,
                               endpoint_text(consumer.group, consumer.port)));
}

std::string dropped_text(const DroppedAt& at) {
  return fmt::format("    dropped {} at {}, in {}, by {}", count_text(at.units, "unit"), printable(at.place),
                     count_text(at.datagrams, "datagram"), at.is_by_number ? "number" : "count");
}

// The two counts that must be equal; one of them alone is shown as what it is.
std::string counter_text(const ConsumerSummary& consumer) {
  if (!consumer.socket_drops && !consumer.socket_events) return {};
  const bool differ = consumer.socket_drops && consumer.socket_events && !sum_meets(consumer);
  return fmt::format("    the socket's own counter: {} dropped; drops that were seen to end there: {}{}",
                     figure_text(consumer.socket_drops), figure_text(consumer.socket_events),
                     differ ? ": the sum does not meet" : "");
}

Lines drops_of(const ConsumerSummary& consumer) {
  Lines lines;
  for (const DroppedAt& at : consumer.dropped) lines.push_back(dropped_text(at));
  const std::string counter = counter_text(consumer);
  if (!counter.empty()) lines.push_back(counter);
  if (!lines.empty()) lines.insert(lines.begin(), heading(consumer));
  return lines;
}

std::string point_text(const PathPoint& point) {
  if (point.how == Obtained::unknown) return fmt::format("  {:<10} ?  nobody looked at it", text(point.at));
  const std::string source = point.source.empty() ? std::string() : fmt::format(" ({})", point.source);
  return fmt::format("  {:<10} passed {}, dropped {}  {}{}", text(point.at), figure_text(point.passed),
                     figure_text(point.dropped), text(point.how), printable(source));
}

void note(Lines& lines, std::string_view label, const std::string& sentence, std::size_t width) {
  append(lines, field(label, sentence, Field::kAlways, width).lines);
}

// "a, b"; commas between names that hold none.
std::string joined(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); }

Lines gap_detail(const EvidenceGap& gap, std::size_t width) {
  Lines lines;
  note(lines, "missing", gap.reason.empty() ? gap.what : fmt::format("{}: {}", gap.what, gap.reason), width);
  note(lines, "", gap.claim, width);
  note(lines, "remedy", gap.remedy, width);
  return lines;
}

}  // namespace

Lines consumer_detail(const std::vector<ConsumerSummary>& consumers, std::size_t width) {
  Lines lines = consumer_table(consumers, std::numeric_limits<std::size_t>::max(), width);
  for (const ConsumerSummary& consumer : consumers) append(lines, drops_of(consumer));
  for (std::string& line : lines) line = cut_to(line, width);
  return lines;
}

Lines path_detail(const std::vector<PathPoint>& path, std::size_t width) {
  Lines lines;
  const std::string* feed = nullptr;
  for (const PathPoint& point : path) {
    if (feed == nullptr || *feed != point.feed) {
      lines.push_back(printable(fmt::format("way of feed {} through this host, in datagrams", point.feed)));
    }
    feed = &point.feed;
    lines.push_back(point_text(point));
  }
  for (std::string& line : lines) line = cut_to(line, width);
  return lines;
}

Lines observation_detail(const LiveSummary& live, std::size_t width) {
  Lines lines;
  for (const LiveInterface& interface : live.interfaces) {
    note(lines, "watched",
         fmt::format("{}{}, {} stamps: {}, {} dropped by this tool itself", interface.name,
                     interface.is_join ? " joined" : "", interface.stamps.empty() ? "unknown" : interface.stamps,
                     count_text(interface.packets, "packet"), number_text(interface.dropped)),
         width);
  }
  for (const EvidenceGap& gap : live.gaps) append(lines, gap_detail(gap, width));
  if (!live.slowed.empty()) note(lines, "slowed", joined(live.slowed), width);
  if (!live.capabilities_kept.empty()) note(lines, "kept", joined(live.capabilities_kept), width);
  return lines;
}

}  // namespace wirecause
