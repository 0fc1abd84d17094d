// Sockets that wait for a group of which no packet came: a symptom, configured or not.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "engine/live/host_evidence.hpp"
#include "engine/live/live_records.hpp"

namespace wirecause {

// The feed that comes to this host by the same group and port, on another interface; and whether somebody may take it where
// nobody sees.
void HostEvidence::add_feed_of(const Absence& absence, Subject subject, Timeline& timeline) const {
  for (const auto& [id, place] : places_) {
    const Line& line = run_.front->lines().at(id);
    if (!(line.key.group == absence.group) || line.key.port != absence.port) continue;
    timeline.add(fact("consumer.feed", subject, place.feed->id, place.feed->name, "wire"));
    break;
  }
  constexpr LineId kNoLine = std::numeric_limits<LineId>::max();
  std::string unseen = run_.consumers->unseen_reader(kNoLine);
  if (!unseen.empty()) timeline.add(fact("consumer.unseen", subject, 1, std::move(unseen), "/proc/PID"));
}

void HostEvidence::add_absences(std::vector<Episode>& episodes, Timeline& timeline) {
  for (std::size_t i = 0; i < absences_.size(); ++i) {
    const Absence& absence = absences_[i];
    const WatchedSocket& socket = run_.consumers->sockets()[absence.socket];
    const Subject subject = absent_subject(i);
    const std::string endpoint = endpoint_text(absence.group, absence.port);
    timeline.name_subject(subject, fmt::format("{} → {}", endpoint, owner_text(socket)));
    publish_socket(timeline, subject, socket);
    const auto state = [&](std::string_view name, std::int64_t value, std::string text) {
      timeline.add(fact(name, subject, value, std::move(text), "live"));
    };
    state("consumer.group", absence.port, absence.group.text());
    state("consumer.is_member", absence.is_member ? 1 : 0, "");
    for (const LiveInput& input : *run_.inputs) {
      if (absence.ifindex != 0 && input.ifindex == absence.ifindex) {
        state("consumer.interface", input.subject, absence.interface);
        break;
      }
    }
    add_feed_of(absence, subject, timeline);
    Episode episode;
    episode.symptom = Symptom::absence;
    episode.subject = subject;
    episode.first = std::max(socket.seen_at, run_.started);
    episode.last = run_.now;
    episode.at_end = true;
    episode.feed_packets = kFewestPackets;  // that none came is the symptom, not too little to judge by
    Record waited = measured(episode, "absence.waited", subject, Unit::nanoseconds, (run_.now - episode.first).ns);
    attach(episode, timeline, std::move(waited));
    std::uint64_t elsewhere = 0;
    std::string where;
    for (const Stream& stream : run_.front->streams().all()) {
      if (!(stream.key.group == absence.group) || stream.key.port != absence.port) continue;
      elsewhere += stream.packets;
      const std::uint32_t input = run_.front->points().all()[stream.key.point].sources.front().first;
      where = (*run_.inputs)[input].interface;
    }
    Record seen_on = measured(episode, "absence.seen_on", subject, Unit::packets, as_value(elsewhere));
    seen_on.text = where;
    attach(episode, timeline, std::move(seen_on));
    episodes.push_back(std::move(episode));
  }
}

}  // namespace wirecause
