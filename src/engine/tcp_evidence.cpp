// SPDX-License-Identifier: Apache-2.0
#include "engine/tcp_evidence.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/tcp_setup.hpp"
#include "engine/tcp_subjects.hpp"
#include "engine/tcp_trouble.hpp"

namespace wirecause {
namespace {

using tcp::ConnectionSummary;
using tcp::DirectionSummary;

struct AtPoint {
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
  std::uint64_t large = 0;
  std::uint64_t one_way = 0;
  std::uint64_t data_bytes = 0;  // of connections that were seen both ways
  std::uint64_t uncaptured = 0;  // ... that were acknowledged and never seen
  std::uint64_t acks = 0;
};

bool is_one_way(const ConnectionSummary& c) {
  const auto& [client, server] = c.directions;
  const bool lacks_server = server.counts.packets == 0 && server.counts.acks_of_unseen > 0;
  const bool lacks_client = client.counts.packets == 0 && client.counts.acks_of_unseen > 0;
  return lacks_server || lacks_client;
}

// A direction without any data that was captured was filtered or is elsewhere: nothing was lost one by one.
void add_uncaptured(const DirectionSummary& of, AtPoint& at) {
  if (of.counts.data_packets == 0) return;
  at.data_bytes += of.counts.bytes;
  at.uncaptured += of.counts.uncaptured;
  at.acks += of.counts.acks_of_unseen;
}

void add(const ConnectionSummary& c, AtPoint& at) {
  if (at.first == kNoTime || c.first < at.first) at.first = c.first;
  at.last = later(at.last, c.last);
  const bool both = c.directions[0].counts.packets > 0 && c.directions[1].counts.packets > 0;
  if (both) {
    for (const DirectionSummary& of : c.directions) add_uncaptured(of, at);
  }
  if (c.packets() < kFewestPackets) return;
  ++at.large;
  at.one_way += is_one_way(c) ? 1U : 0U;
}

void publish(Timeline& timeline, std::uint32_t point, const AtPoint& at) {
  const auto put = [&](std::string_view name, Unit unit, std::uint64_t value) {
    Record record;
    record.shape = Shape::summary;
    record.name = name;
    record.subject = {SubjectKind::point, point};
    record.from = at.first;
    record.to = at.last;
    record.value = static_cast<std::int64_t>(value);
    record.unit = unit;
    record.source = "wire";
    timeline.add(std::move(record));
  };
  put("tcp.connections", Unit::none, at.large);
  put("tcp.one_way_connections", Unit::none, at.one_way);
  put("tcp.captured_bytes", Unit::bytes, at.data_bytes);
  put("tcp.uncaptured_bytes", Unit::bytes, at.uncaptured);
  put("tcp.acks_of_unseen", Unit::packets, at.acks);
}

}  // namespace

TcpSymptoms publish_tcp(const tcp::TcpSummary& tcp, TimeNs last, Timeline& timeline) {
  std::map<std::uint32_t, AtPoint> points;
  for (const ConnectionSummary& c : tcp.connections) add(c, points[c.point]);
  for (const auto& [point, at] : points) publish(timeline, point, at);
  TcpSubjects subjects(timeline);
  TcpSymptoms symptoms;
  add_setups(tcp, subjects, timeline, symptoms);
  add_troubles(tcp, last, subjects, timeline, symptoms);
  return symptoms;
}

}  // namespace wirecause
