// Facts of the host and its consumers, onto the timeline.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/intervals.hpp"
#include "diagnose/cause.hpp"
#include "engine/live/host_evidence.hpp"
#include "engine/live/live_records.hpp"

namespace wirecause {
namespace {

std::string memberships_text(const WatchedSocket& socket, const std::vector<InterfaceMembership>& host) {
  std::string out;
  for (const SocketMembership& member : *socket.memberships) {
    std::string interface = fmt::format("ifindex {}", member.ifindex);
    for (const InterfaceMembership& known : host) {
      if (known.ifindex == member.ifindex) interface = known.interface;
    }
    out += fmt::format("{}{}@{}", out.empty() ? "" : ", ", member.group.text(), interface);
  }
  return out;
}

}  // namespace

std::string owner_text(const WatchedSocket& socket) {
  if (socket.owners.empty()) return fmt::format("socket {}", socket.now.cookie);
  const SocketOwner& owner = socket.owners.front();
  return fmt::format("{}[{}] fd {}", owner.command, owner.pid, owner.fd);
}

HostEvidence::HostEvidence(const Run& run) : run_(run), absences_(run.consumers->absences(run.now)) {
  for (const Cause* cause : all_causes()) needed_.insert(cause->needs.begin(), cause->needs.end());
}

const HostEvidence::Place* HostEvidence::place_of(LineId line) const {
  const auto found = places_.find(line);
  return found == places_.end() ? nullptr : &found->second;
}

std::string HostEvidence::consumer_name(const Consumer& consumer) const {
  const Line& line = run_.front->lines().at(consumer.line);
  const Place* place = place_of(consumer.line);
  const std::string owner = owner_text(run_.consumers->sockets()[consumer.socket]);
  const std::string endpoint = endpoint_text(line.key.group, line.key.port);
  if (place == nullptr) return fmt::format("{} → {}", endpoint, owner);
  const std::string& feed = place->feed->name;
  const std::string& name = place->feed->summary.lines[place->position].name;
  // The feed bears the name of its first line's endpoint: once is enough.
  const std::string where = feed.ends_with(endpoint) ? "" : " " + endpoint;
  return fmt::format("feed {} line {}{} → {}", feed, name, where, owner);
}

void HostEvidence::publish_points(Timeline& timeline) {
  const auto& points = run_.front->points().all();
  for (std::uint32_t i = 0; i < points.size(); ++i) {
    const std::uint32_t input = points[i].sources.front().first;
    const Subject point{SubjectKind::point, i};
    timeline.add(fact("point.live", point, 1, (*run_.inputs)[input].interface, "live"));
    timeline.add(fact("input.live", {SubjectKind::input, input}, 1, (*run_.inputs)[input].interface, "live"));
    const Subject interface { SubjectKind::interface, (*run_.inputs)[input].subject };
    const Record* complete = run_.host->state("nic.counters_complete", interface);
    if (complete == nullptr) continue;
    timeline.add(fact("nic.counters_complete", point, complete->value, complete->text, complete->source));
  }
}

// Whether a drop of a followed line that is not in the evidence did not happen: none was lost on its way here, and of all
// before the tap the numbers could be read.
void HostEvidence::publish_probe(Timeline& timeline) const {
  std::string why;
  if (run_.probe == nullptr) {
    why = "no drop probe";
  } else if (run_.probe->lost_records() != 0 || run_.probe->missed() != 0 || !run_.probe->unlisted().empty()) {
    why = "drops were counted that are not told one by one";
  } else if (std::ranges::any_of(run_.join->before_tap(), [](const auto& l) { return !l.second.is_by_number(); })) {
    why = "numbers of drops before the tap could not be read";
  }
  const std::int64_t tells_all = why.empty() ? 1 : 0;
  timeline.add(fact("drop.probe", kHost, tells_all, std::move(why), "skb:kfree_skb"));
}

void HostEvidence::publish_socket(Timeline& timeline, Subject subject, const WatchedSocket& socket) {
  const auto add = [&](std::string_view name, std::int64_t value, std::string text, std::string_view source) {
    timeline.add(fact(name, subject, value, std::move(text), source));
  };
  add("consumer.kind", 0, std::string(text(socket.kind)), "sock_diag");
  add("consumer.cookie", static_cast<std::int64_t>(socket.now.cookie), "", "sock_diag");
  add("consumer.local", socket.now.local_port, endpoint_text(socket.now.local, socket.now.local_port), "sock_diag");
  timeline.add(fact("socket.rcvbuf", subject, socket.now.buffer_bytes, "", "sock_diag SK_MEMINFO", Unit::bytes));
  if (!socket.owners.empty()) {
    add("consumer.owner", socket.owners.front().pid, socket.owners.front().command, "/proc/PID/fd");
    add("consumer.fd", socket.owners.front().fd, "", "/proc/PID/fd");
  }
  if (socket.memberships) {
    add("consumer.memberships", static_cast<std::int64_t>(socket.memberships->size()),
        memberships_text(socket, run_.consumers->host_memberships()), "bpf iter/udp");
  }
  if (socket.multicast_all) add("consumer.multicast_all", *socket.multicast_all ? 1 : 0, "", "bpf iter/udp");
  if (socket.has_filter) add("consumer.has_filter", *socket.has_filter ? 1 : 0, "", "bpf iter/udp");
  if (socket.reader_thread != 0) {
    add("reader.command", socket.reader_thread, socket.reader_command, "/proc/PID/task");
    add("reader.affinity", socket.reader_cpus, socket.reader_affinity, "sched_getaffinity");
  }
  if (socket.trail.size() != 0) {
    const auto& newest = socket.trail.at(socket.trail.size() - 1);
    if (newest.thread) add("reader.cpu", newest.thread->cpu, "", "/proc/PID/task/TID/stat");
  }
}

void HostEvidence::publish_consumer(Timeline& timeline, std::uint32_t id) {
  const Consumer& consumer = run_.consumers->consumer(id);
  const Subject subject = subject_of(id);
  const Line& line = run_.front->lines().at(consumer.line);
  const LiveInput& input = (*run_.inputs)[input_of(*run_.front, line)];
  timeline.name_subject(subject, consumer_name(consumer));
  const auto add = [&](std::string_view name, std::int64_t value, std::string text, std::string_view source) {
    timeline.add(fact(name, subject, value, std::move(text), source));
  };
  if (const Place* place = place_of(consumer.line)) add("consumer.feed", place->feed->id, place->feed->name, "wire");
  add("consumer.line", consumer.line, "", "wire");
  add("consumer.group", line.key.port, line.key.group.text(), "wire");
  add("consumer.interface", input.subject, input.interface, "live");
  if (consumer.is_member) add("consumer.is_member", *consumer.is_member ? 1 : 0, "", "bpf iter/udp");
  if (line.key.group.is_multicast()) {
    add("consumer.host_membership", consumer.host_is_member ? 1 : 0, "", "/proc/net/igmp");
  }
  publish_socket(timeline, subject, run_.consumers->sockets()[consumer.socket]);
}

Subject HostEvidence::absent_subject(std::size_t index) const {
  return subject_of(static_cast<std::uint32_t>(run_.consumers->consumers().size() + index));
}

void HostEvidence::publish(Timeline& timeline, std::span<const AssembledFeed> feeds) {
  for (const AssembledFeed& feed : feeds) {
    for (std::size_t position = 0; position < feed.order.size(); ++position) {
      places_[feed.tracker->line_id(feed.order[position])] = {&feed, position};
    }
    for (const HoleSpan& span : feed.tracker->book().spans()) {
      holes_[feed.tracker->line_id(span.line)].emplace_back(span.straight, span.straight + span.count);
    }
  }
  for (auto& [line, holes] : holes_) {
    listed_holes_[line] = holes.size();
    make_disjoint(holes);  // those of several epochs may have the same numbers
  }
  publish_points(timeline);
  publish_probe(timeline);
  timeline.name_subject(kHost, "this host");
  for (const LiveInput& input : *run_.inputs) {
    timeline.name_subject({SubjectKind::interface, input.subject}, "interface " + input.interface);
  }
  for (const auto& [key, record] : run_.host->states()) timeline.add(record);
  for (const Record& record : run_.host->summaries()) timeline.add(record);
  for (std::uint32_t id = 0; id < run_.consumers->consumers().size(); ++id) publish_consumer(timeline, id);
  for (const AssembledFeed& feed : feeds) {
    for (const std::uint32_t index : feed.order) {
      std::string unseen = run_.consumers->unseen_reader(feed.tracker->line_id(index));
      if (unseen.empty()) continue;
      timeline.add(fact("consumer.unseen", {SubjectKind::feed, feed.id}, 1, std::move(unseen), "/proc/PID"));
      break;
    }
  }
}

}  // namespace wirecause
