// The order of things: feeds by first line, lines by (group, port, source), names, inputs. Evidence is publication.cpp,
// symptoms are episodes.cpp.
// SPDX-License-Identifier: Apache-2.0
#include "engine/assembly.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <bit>
#include <iterator>
#include <tuple>

#include "diagnose/diagnose.hpp"
#include "engine/tcp_evidence.hpp"
#include "engine/unmatched.hpp"
#include "tcp/summarise.hpp"

namespace wirecause {

void Assembly::add(Back& back) {
  for (FeedTracker* tracker : back.feeds()) {
    AssembledFeed& feed = feeds_.emplace_back();
    feed.tracker = tracker;
    feed.group = back.group_of(*tracker);
    evicted_ += tracker->evicted();
    suppressed_ += tracker->suppressed();
  }
  for (const RecoveryLine& line : back.recovery_lines()) recovery_.push_back(line);
  back.connections().add_to(tcp_);
  tcp::Trail trail = back.connections().take_trail();
  if (!trail.steps.empty()) trail_ = std::move(trail);  // a connection has one back
}

AnalysisResult Assembly::result() {
  order_feeds();
  for (AssembledFeed& feed : feeds_) name_lines(feed);
  add_recovery_lines();
  publish_captures();
  publish_points();
  front_->tap().publish(timeline_);

  collect_holes();
  for (const AssembledFeed& feed : feeds_) publish_feed(feed);
  if (host_ != nullptr) host_->publish(timeline_, feeds_);
  for (AssembledFeed& feed : feeds_) {
    add_episodes(feed);
    add_silences(feed);
    add_restarts(feed);
  }
  add_observations();
  if (host_ != nullptr) host_->add_episodes(episodes_, timeline_);
  AnalysisResult result;
  add_connections(result);
  std::stable_sort(episodes_.begin(), episodes_.end(), [](const Episode& a, const Episode& b) {
    return std::tie(a.first, a.subject, a.symptom) < std::tie(b.first, b.subject, b.symptom);
  });

  result.inputs = front_->inputs().summaries(*captures_, front_->points());
  for (AssembledFeed& feed : feeds_) result.feeds.push_back(std::move(feed.summary));
  list_unrecognised(result);
  result.diagnosis = diagnose(timeline_, episodes_);
  if (host_ != nullptr) {
    host_->summarise(result);
    for (const Episode& episode : episodes_)
      result.subject_names[episode.subject] = timeline_.subject_name(episode.subject);
  }
  result.observer.packets_seen = front_->packets();
  result.observer.evicted = evicted_ + front_->evicted_packets() + tcp_.totals.evicted;
  for (const Stream& stream : front_->streams().all()) result.observer.malformed_datagrams += stream.malformed_packets;
  result.observer.fragmented_feeds = fragmented_feeds_;
  result.observer.suppressed = suppressed_ + timeline_.suppressed();
  if (front_->packets() != 0)
    result.observer.unmatched = unmatched_options(*options_, front_->streams(), front_->lines());
  bool all_state = !result.inputs.empty();
  std::uint64_t dropped = 0;
  for (const InputSummary& input : result.inputs) {
    if (input.dropped) dropped += *input.dropped;
    all_state = all_state && input.dropped.has_value();
  }
  if (all_state || dropped != 0) result.observer.dropped_by_capture = dropped;
  return result;
}

void Assembly::add_connections(AnalysisResult& result) {
  if (tcp_.totals.connections == 0) return;
  tcp::complete(tcp_);
  result.tcp = std::move(tcp_);
  result.trail = std::move(trail_);
  TcpSymptoms symptoms = publish_tcp(result.tcp, front_->last_time(), timeline_);
  std::ranges::move(symptoms.episodes, std::back_inserter(episodes_));
  suppressed_ += symptoms.left_out;
}

void Assembly::collect_holes() {
  for (const AssembledFeed& feed : feeds_) {
    RunHole hole;
    hole.feed = feed.id;
    hole.kin = kin_of(feed);
    hole.group = feed.group;
    for (const HoleSpan& span : feed.tracker->book().spans()) {
      const Line& line = front_->lines().at(feed.tracker->line_id(span.line));
      hole.line = line.id;
      hole.session = line.session_ordinal;
      hole.point = line.key.point;
      hole.before = span.before;
      hole.after = span.after;
      hole.first = span.first;
      hole.count = span.count;
      hole.whole = span.whole_streams;
      hole.common = span.common;
      hole.straight = span.straight;
      holes_.push_back(hole);
    }
  }
  std::stable_sort(holes_.begin(), holes_.end(), [](const RunHole& a, const RunHole& b) {
    return std::tie(a.before, a.after, a.line) < std::tie(b.before, b.after, b.line);
  });
  compare_holes(holes_);
}

// The first feed in which lines of this one were seen at another place.
std::uint32_t Assembly::kin_of(const AssembledFeed& feed) const {
  std::uint32_t kin = feed.id;
  for (const std::uint32_t index : feed.order) {
    const Line& line = front_->lines().at(feed.tracker->line_id(index));
    if (!line.seen_at) continue;
    const LineId twin = front_->lines().at(*line.seen_at).feed;
    const auto found = std::find_if(feeds_.begin(), feeds_.end(),
                                    [&](const AssembledFeed& f) { return f.tracker->line_id(0) == twin; });
    if (found != feeds_.end()) kin = std::min(kin, found->id);
  }
  return kin;
}

void Assembly::order_feeds() {
  std::sort(feeds_.begin(), feeds_.end(), [](const AssembledFeed& a, const AssembledFeed& b) {
    return a.tracker->line_id(0) < b.tracker->line_id(0);
  });
  for (std::uint32_t i = 0; i < feeds_.size(); ++i) feeds_[i].id = i;
}

void Assembly::name_lines(AssembledFeed& feed) {
  FeedTracker& tracker = *feed.tracker;
  const LineBook& book = front_->lines();
  const auto count = static_cast<std::uint32_t>(tracker.line_count());
  for (std::uint32_t i = 0; i < count; ++i) feed.order.push_back(i);
  std::stable_sort(feed.order.begin(), feed.order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const StreamKey& x = book.at(tracker.line_id(a)).key;
    const StreamKey& y = book.at(tracker.line_id(b)).key;
    return std::tie(x.group, x.port, x.source, x.vlan, x.point, x.tunnel) <
           std::tie(y.group, y.port, y.source, y.vlan, y.point, y.tunnel);
  });
  feed.position.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) feed.position[feed.order[i]] = i;

  feed.summary = tracker.summary(feed.order);
  const Line& first = book.at(tracker.line_id(feed.order[0]));
  feed.summary.channel = first.channel;
  feed.summary.session = session_text(feed, tracker.session());
  feed.name = fmt::format("{} {}", tracker.framing().id, endpoint_text(first.key.group, first.key.port));
  if (first.channel != 0) feed.name += fmt::format(" channel {}", first.channel);
  for (std::uint32_t i = 0; i < count; ++i) {
    const Line& line = book.at(tracker.line_id(feed.order[i]));
    LineSummary& sum = feed.summary.lines[i];
    sum.source = line.key.source.text();
    sum.group = line.key.group.text();
    sum.port = line.key.port;
    if (line.key.vlan != kNoVlan) sum.vlan = line.key.vlan;
    sum.point = front_->points().all()[line.key.point].name;
  }
  // The same feed seen at another point is a feed of its own there.
  if (first.seen_at) feed.name += fmt::format(" at {}", feed.summary.lines[0].point);
  feed.summary.name = feed.name;
  feed.summary.latency = tracker.latency();
  if (feed.summary.latency) {
    const std::string_view zone = tracker.framing().time_zone;
    feed.summary.latency->from =
        zone.empty() ? "send time in the header" : fmt::format("send time in the message ({})", zone);
  }
}

// Beside the lines of the feed that they served; one that served nobody stands with the first feed of its group.
void Assembly::add_recovery_lines() {
  for (const RecoveryLine& recovery : recovery_) {
    const Line& line = front_->lines().at(recovery.line);
    for (AssembledFeed& feed : feeds_) {
      const bool is_served =
          recovery.served == nullptr ? feed.group == recovery.group : feed.tracker == recovery.served;
      if (!is_served) continue;
      LineSummary sum;
      sum.name = "recovery";
      sum.source = line.key.source.text();
      sum.group = line.key.group.text();
      sum.port = line.key.port;
      if (line.key.vlan != kNoVlan) sum.vlan = line.key.vlan;
      sum.point = front_->points().all()[line.key.point].name;
      sum.packets = recovery.packets;
      sum.retransmissions = recovery.units;
      feed.summary.lines.push_back(std::move(sum));
      break;
    }
  }
}

std::string Assembly::session_text(const AssembledFeed& feed, SessionId session) const {
  const LineGroup& group = front_->lines().group(feed.group);
  return session == 0 || session > group.session_texts.size() ? "" : group.session_texts[session - 1];
}

void Assembly::list_unrecognised(AnalysisResult& result) const {
  std::vector<const Stream*> streams;
  for (const Stream& stream : front_->streams().all()) {
    if (stream.state != Stream::State::recognised) streams.push_back(&stream);
  }
  result.unrecognised_total = streams.size();
  for (const Stream* stream : streams) {
    const bool is_cut = 2 * stream->cut_packets > stream->packets && stream->packets >= kFewestPackets;
    if (is_cut) result.unrecognised_cut_packets += stream->cut_packets;
  }
  std::stable_sort(streams.begin(), streams.end(),
                   [](const Stream* a, const Stream* b) { return a->packets > b->packets; });
  if (streams.size() > options_->feed.max_list) streams.resize(options_->feed.max_list);
  for (const Stream* stream : streams) {
    UnrecognisedStream listed;
    listed.source = stream->key.source.text();
    listed.group = stream->key.group.text();
    listed.port = stream->key.port;
    if (stream->key.vlan != kNoVlan) listed.vlan = stream->key.vlan;
    listed.packets = stream->packets;
    listed.bytes = stream->bytes;
    result.unrecognised.push_back(std::move(listed));
  }
}

}  // namespace wirecause
