// SPDX-License-Identifier: Apache-2.0
#include "engine/tcp_evidence.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <utility>

#include "evidence/episode.hpp"

namespace wirecause {
namespace {

using tcp::ConnectionSummary;
using Destination = std::pair<IpAddress, tcp::Endpoint>;  // a client's address, and where it wants to

constexpr std::size_t kNamed = 3;    // attempts whose ends are told
constexpr std::size_t kFrames = 16;  // packets that show them

struct Attempts {
  std::uint64_t count = 0;
  std::string text;
  FrameRefs frames;

  void add(const ConnectionSummary& c, std::uint64_t frame) {
    if (count++ == 0) frames.input = c.input;
    if (count <= kNamed) {
      text += fmt::format("{}{} → {}", text.empty() ? "" : ", ", c.client.address.text(),
                          endpoint_text(c.server.address, c.server.port));
    }
    if (frames.frames.size() < kFrames && frames.input == c.input) frames.frames.push_back(frame);
  }
};

struct AtPoint {
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
  std::uint64_t large = 0;
  std::uint64_t one_way = 0;
  std::uint64_t opened = 0;
  Attempts refused;
  Attempts unanswered;
};

bool is_one_way(const ConnectionSummary& c) {
  const auto& [client, server] = c.directions;
  const bool lacks_server = server.counts.packets == 0 && server.counts.acks_of_unseen > 0;
  const bool lacks_client = client.counts.packets == 0 && client.counts.acks_of_unseen > 0;
  return lacks_server || lacks_client;
}

bool is_refused(const ConnectionSummary& c) {
  const auto& [client, server] = c.directions;
  return c.starts_with_syn && client.counts.syns > 0 && server.counts.syns == 0 && server.counts.resets > 0 &&
         server.counts.bytes == 0;
}

bool is_unanswered(const ConnectionSummary& c) {
  const auto& [client, server] = c.directions;
  return c.starts_with_syn && client.counts.syns > 1 && server.counts.packets == 0 && client.counts.bytes == 0 &&
         server.counts.acks_of_unseen == 0;
}

Destination destination_of(const ConnectionSummary& c) { return {c.client.address, c.server}; }

void add(const ConnectionSummary& c, bool got_through, AtPoint& at) {
  if (at.first == kNoTime || c.first < at.first) at.first = c.first;
  at.last = later(at.last, c.last);
  at.opened += c.handshake ? 1U : 0U;
  if (c.packets() >= kFewestPackets) {
    ++at.large;
    at.one_way += is_one_way(c) ? 1U : 0U;
  }
  if (got_through) return;
  if (is_refused(c)) at.refused.add(c, c.reset_frame);
  if (is_unanswered(c)) at.unanswered.add(c, c.first_frame);
}

void publish(Timeline& timeline, std::uint32_t point, const AtPoint& at) {
  const auto put = [&](std::string_view name, std::uint64_t value, const Attempts* attempts) {
    Record record;
    record.shape = Shape::summary;
    record.name = name;
    record.subject = {SubjectKind::point, point};
    record.from = at.first;
    record.to = at.last;
    record.value = static_cast<std::int64_t>(value);
    record.source = "wire";
    if (attempts != nullptr) record.text = attempts->text;
    if (attempts != nullptr) record.frames = attempts->frames;
    timeline.add(std::move(record));
  };
  put("tcp.connections", at.large, nullptr);
  put("tcp.one_way_connections", at.one_way, nullptr);
  put("tcp.opened", at.opened, nullptr);
  put("tcp.refused", at.refused.count, &at.refused);
  put("tcp.unanswered", at.unanswered.count, &at.unanswered);
}

}  // namespace

void publish_tcp(const tcp::TcpSummary& tcp, Timeline& timeline) {
  std::set<Destination> reached;
  for (const ConnectionSummary& c : tcp.connections) {
    if (c.handshake) reached.insert(destination_of(c));
  }
  std::map<std::uint32_t, AtPoint> points;
  for (const ConnectionSummary& c : tcp.connections) add(c, reached.contains(destination_of(c)), points[c.point]);
  for (const auto& [point, at] : points) publish(timeline, point, at);
}

}  // namespace wirecause
