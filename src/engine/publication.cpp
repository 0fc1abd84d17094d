// Evidence from files, points, feeds and lines, onto the timeline.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "engine/assembly.hpp"

namespace wirecause {
namespace {

std::int64_t as_value(std::uint64_t count) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(count, std::numeric_limits<std::int64_t>::max()));
}

// Over the lines of the feed, without those that only send again on request.
std::uint64_t units_seen(std::span<const LineSummary> lines) {
  std::uint64_t units = 0;
  for (const LineSummary& line : lines) {
    units += line.expected - std::min(line.expected, line.lost + line.tail_unknown) + line.duplicates;
  }
  return units;
}

std::uint64_t data_packets(std::span<const LineSummary> lines) {
  std::uint64_t packets = 0;
  for (const LineSummary& line : lines)
    packets += line.packets - std::min(line.packets, line.heartbeats + line.unsequenced);
  return packets;
}

}  // namespace

EvidenceId Assembly::state(Subject subject, std::string_view name, std::int64_t value, std::string text) {
  Record record;
  record.shape = Shape::state;
  record.name = name;
  record.subject = subject;
  record.value = value;
  record.source = "capture file";
  record.text = std::move(text);
  return timeline_.add(std::move(record)).value_or(0);
}

EvidenceId Assembly::summary(Subject subject, std::string_view name, Unit unit, std::int64_t value, TimeNs from,
                             TimeNs to) {
  Record record;
  record.shape = Shape::summary;
  record.name = name;
  record.subject = subject;
  record.from = from;
  record.to = to;
  record.value = value;
  record.unit = unit;
  record.source = "wire";
  return timeline_.add(std::move(record)).value_or(0);
}

void Assembly::publish_captures() {
  for (std::uint32_t i = 0; i < captures_->inputs(); ++i) {
    const CaptureSource& source = captures_->source(i);
    const Subject subject{SubjectKind::input, i};
    timeline_.name_subject(subject, source.facts().file);
    state(subject, "input.file", i, source.facts().file);
    if (!source.tail_error()) continue;
    Record cut;
    cut.name = "capture.cut";
    cut.subject = subject;
    cut.from = cut.to = captures_->last_time(i);
    cut.source = "capture file";
    cut.text = *source.tail_error();
    timeline_.add(std::move(cut));
  }
}

void Assembly::publish_points() {
  const auto& points = front_->points().all();
  for (std::uint32_t i = 0; i < points.size(); ++i) {
    const Subject subject{SubjectKind::point, i};
    timeline_.name_subject(subject, points[i].name);
    state(subject, "point.name", i, points[i].name);
    if (!points[i].interface.empty()) state(subject, "point.interface", i, points[i].interface);
    state(subject, "point.input", points[i].sources.front().first,
          captures_->source(points[i].sources.front().first).facts().file);
    std::uint64_t dropped = 0;
    bool all_state = true;
    for (const auto& [input, interface] : points[i].sources) {
      const auto stated = stated_drops(captures_->source(input).facts().interfaces[interface]);
      dropped += stated.value_or(0);
      all_state = all_state && stated.has_value();
    }
    if (!all_state && dropped == 0) continue;
    Record record;
    record.shape = Shape::sample;
    record.name = "capture.dropped";
    record.subject = subject;
    record.from = points[i].first;
    record.to = points[i].last;
    record.value = as_value(dropped);
    record.unit = Unit::packets;
    record.source = host_ == nullptr ? "pcapng drop counts" : "tap (PACKET_STATISTICS tp_drops)";
    timeline_.add(std::move(record));
  }
}

void Assembly::publish_feed(const AssembledFeed& feed) {
  const Subject subject{SubjectKind::feed, feed.id};
  const FeedTracker& tracker = *feed.tracker;
  const TimeNs from = tracker.first_time();
  const TimeNs to = tracker.last_time();
  timeline_.name_subject(subject, "feed " + feed.name);
  state(subject, "feed.name", feed.id, feed.name);
  const ArbitratedSummary& sum = feed.summary.arbitrated;
  summary(subject, "feed.line_count", Unit::none, as_value(tracker.line_count()), from, to);
  summary(subject, "feed.expected", Unit::units, as_value(sum.expected), from, to);
  summary(subject, "feed.lost", Unit::units, as_value(sum.lost), from, to);
  summary(subject, "feed.recovered", Unit::units, as_value(sum.recovered), from, to);
  const std::span lines(feed.summary.lines.data(), feed.order.size());
  summary(subject, "feed.units_seen", Unit::units, as_value(units_seen(lines)), from, to);
  summary(subject, "feed.data_packets", Unit::packets, as_value(data_packets(lines)), from, to);
  if (tracker.truncated_datagrams() != 0) {
    summary(subject, "feed.truncated_datagrams", Unit::packets, as_value(tracker.truncated_datagrams()), from, to);
  }
  if (tracker.reorder_depth() != 0)
    summary(subject, "feed.reorder_depth", Unit::packets, tracker.reorder_depth(), from, to);
  for (std::size_t i = 0; i < feed.order.size(); ++i) publish_line(feed, i);
}

void Assembly::publish_line(const AssembledFeed& feed, std::size_t position) {
  const LineId id = feed.tracker->line_id(feed.order[position]);
  const Line& line = front_->lines().at(id);
  const LineSummary& sum = feed.summary.lines[position];
  const Subject subject{SubjectKind::line, id};
  timeline_.name_subject(subject, fmt::format("feed {} line {} {} from {}", feed.name, sum.name,
                                              endpoint_text(line.key.group, line.key.port), sum.source));
  state(subject, "line.name", static_cast<std::int64_t>(position), sum.name);
  state(subject, "line.group", 0, sum.group);
  state(subject, "line.port", sum.port, std::to_string(sum.port));
  state(subject, "line.source", 0, sum.source);
  state(subject, "line.point", line.key.point, sum.point);
  if (line.seen_at) state(subject, "line.seen_at", *line.seen_at, "");
  summary(subject, "line.expected", Unit::units, as_value(sum.expected), sum.first, sum.last);
  summary(subject, "line.lost", Unit::units, as_value(sum.lost), sum.first, sum.last);
  summary(subject, "line.late", Unit::units, as_value(sum.late), sum.first, sum.last);
  summary(subject, "line.duplicates", Unit::units, as_value(sum.duplicates), sum.first, sum.last);
  if (line.source_changes != 0)
    summary(subject, "line.source_changes", Unit::none, as_value(line.source_changes), sum.first, sum.last);
}

}  // namespace wirecause
