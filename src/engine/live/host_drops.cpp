// Drops behind the tap as symptoms: one episode a consumer, place and stretch of time; what the same process got by another
// line is recovered.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "engine/live/host_evidence.hpp"
#include "engine/live/live_records.hpp"

namespace wirecause {
namespace {

constexpr DurationNs kStillHappening = seconds(1);

// The parts of `pieces` that the sister did not bring: outside what it has shown, in its holes, or dropped at its reader.
using Pieces = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

void keep(Pieces& out, std::uint64_t first, std::uint64_t end) {
  if (first < end) out.emplace_back(first, end);
}

// Which of its units a sister lost meanwhile without their numbers, nobody knows: perhaps the same.
bool lost_by_count(const DroppedUnits& units, const DropEpisode& around) {
  return std::any_of(units.episodes().begin(), units.episodes().end(), [&](const DropEpisode& episode) {
    return episode.by_count != 0 && episode.first <= around.last + kMargin && episode.last >= around.first - kMargin;
  });
}

DropFacts facts_of(const DropEpisode& dropped, const DropPlace& place) {
  DropFacts facts;
  facts.place = place.at;
  facts.reason = place.reason;
  facts.symbol = place.symbol;
  facts.datagrams = dropped.datagrams;
  facts.units = dropped.units();
  facts.by_number = dropped.by_number;
  facts.by_count = dropped.by_count;
  facts.socket_is_known = place.socket_is_known;
  facts.step_down = place.step_down;
  if (dropped.by_count != 0 && facts.step_down.empty()) facts.step_down = "part of the numbers could not be read";
  return facts;
}

}  // namespace

// A sister brings what its line has shown while its socket was there.
std::vector<HostEvidence::Sister> HostEvidence::sisters_of(const Consumer& consumer) const {
  std::vector<Sister> sisters;
  const WatchedSocket& socket = run_.consumers->sockets()[consumer.socket];
  const Back::Tracked tracked = run_.back->tracked(consumer.line);
  if (tracked.feed == nullptr || socket.owners.empty()) return sisters;
  for (std::size_t index = 0; index < tracked.feed->line_count(); ++index) {
    const LineId line = tracked.feed->line_id(index);
    if (line == consumer.line) continue;
    const FeedTracker::Progress shown = tracked.feed->progress(index);
    for (const std::uint32_t id : run_.consumers->of_line(line)) {
      const Consumer& sister = run_.consumers->consumer(id);
      const WatchedSocket& its_socket = run_.consumers->sockets()[sister.socket];
      const bool is_same_reader =
          !its_socket.owners.empty() && its_socket.owners.front().pid == socket.owners.front().pid;
      if (!is_same_reader || is_derived_unserved(sister)) continue;
      if (sister.until && sister.until->epoch != shown.epoch) continue;
      const bool came_in_this_epoch = sister.since.epoch == shown.epoch;
      const std::uint64_t from = came_in_this_epoch ? std::max(shown.start, sister.since.next) : shown.start;
      const std::uint64_t to = sister.until ? std::min(shown.next, sister.until->next) : shown.next;
      if (from < to) sisters.push_back({&sister, from, to});
    }
  }
  return sisters;
}

std::uint64_t HostEvidence::recovered_of(const DroppedRun& run, std::span<const Sister> sisters) const {
  Pieces missing{{run.first, run.end}};
  for (const Sister& sister : sisters) {
    Pieces still;
    const auto keep_part = [&still](std::uint64_t first, std::uint64_t end) { keep(still, first, end); };
    for (const auto& [first, end] : missing) {
      keep(still, first, std::min(end, sister.from));
      keep(still, std::max(first, sister.to), end);
      const std::uint64_t from = std::max(first, sister.from);
      const std::uint64_t to = std::min(end, sister.to);
      if (from >= to) continue;
      for_each_hole(sister.consumer->line, from, to, keep_part);
      sister.consumer->dropped.for_each_in(from, to, [&](const DroppedRun& part) { keep_part(part.first, part.end); });
    }
    missing = std::move(still);
  }
  std::uint64_t lost = 0;
  for (const auto& [first, end] : missing) lost += end - first;
  return run.count() - std::min(run.count(), lost);
}

// One pass over all that is kept by number.
std::vector<HostEvidence::Share> HostEvidence::shares_of(const Consumer& consumer) const {
  const std::vector<DropEpisode>& episodes = consumer.dropped.episodes();
  std::vector<Share> shares(episodes.size());
  if (consumer.dropped.runs().empty()) return shares;
  const std::vector<Sister> all = sisters_of(consumer);
  std::vector<std::vector<Sister>> sisters(episodes.size());
  for (std::size_t i = 0; i < episodes.size(); ++i) {
    for (const Sister& sister : all) {
      if (!lost_by_count(sister.consumer->dropped, episodes[i])) sisters[i].push_back(sister);
    }
  }
  for (const DroppedRun& run : consumer.dropped.runs()) {
    const std::uint64_t recovered = recovered_of(run, sisters[run.episode]);
    shares[run.episode].recovered += recovered;
    shares[run.episode].lost += run.count() - recovered;
  }
  return shares;
}

// Another socket of this host has joined, this one has not and takes nothing that it did not join: the kernel passes it by
// without a drop (ip_mc_sf_allow in net/ipv4/igmp.c).
bool HostEvidence::is_derived_unserved(const Consumer& consumer) const {
  const WatchedSocket& socket = run_.consumers->sockets()[consumer.socket];
  return !consumer.was_ever_served && consumer.is_member == false && consumer.host_is_member &&
         socket.multicast_all == false;
}

Episode HostEvidence::drop_episode(std::uint32_t id, std::size_t index, const Share& by_number) const {
  const Consumer& consumer = run_.consumers->consumer(id);
  const DropEpisode& dropped = consumer.dropped.episodes()[index];
  const DropPlace& place = run_.join->places().at(dropped.place);
  Episode episode;
  episode.symptom = Symptom::drop;
  episode.subject = subject_of(id);
  episode.first = dropped.first;
  episode.last = dropped.last;
  episode.at_end = run_.now - dropped.last < kStillHappening;
  episode.hole_count = dropped.runs;
  episode.lost = dropped.settled_lost + dropped.by_count + by_number.lost;
  episode.recovered = dropped.settled_recovered + by_number.recovered;
  episode.drop = facts_of(dropped, place);
  EpisodeLine& line = episode.lines.emplace_back();
  line.line = {SubjectKind::line, consumer.line};
  line.holes = dropped.runs;
  line.missing = dropped.units();
  line.missing_alone = episode.recovered;
  line.missing_common = episode.lost;
  if (const Place* at = place_of(consumer.line)) {
    line.name = at->feed->summary.lines[at->position].name;
    line.packets = at->feed->summary.lines[at->position].packets;
    episode.expected = at->feed->summary.lines[at->position].expected;
    episode.feed_packets = at->feed->tracker->packets();
  }
  return episode;
}

// Which of the lines of a socket lost, its counter does not say; the first of them stands for the socket.
Episode HostEvidence::undivided_episode(std::size_t socket, const DropEpisode& dropped) const {
  const WatchedSocket& watched = run_.consumers->sockets()[socket];
  Episode episode;
  episode.symptom = Symptom::drop;
  episode.subject = subject_of(watched.consumers.front());
  episode.first = dropped.first;
  episode.last = dropped.last;
  episode.at_end = run_.now - dropped.last < kStillHappening;
  episode.drop = facts_of(dropped, run_.join->places().at(dropped.place));
  episode.lost = episode.drop->units = episode.drop->by_count = dropped.datagrams;  // at least one unit each
  episode.hole_count = 1;
  for (const std::uint32_t id : watched.consumers) {
    const Place* at = place_of(run_.consumers->consumer(id).line);
    if (at == nullptr) continue;
    episode.expected += at->feed->summary.lines[at->position].expected;
    episode.feed_packets += at->feed->summary.lines[at->position].packets;
  }
  return episode;
}

// All that its line brought while it was there, concluded from memberships.
Episode HostEvidence::unserved_episode(std::uint32_t id) const {
  const Consumer& consumer = run_.consumers->consumer(id);
  const Place& at = *place_of(consumer.line);
  const LineSummary& line = at.feed->summary.lines[at.position];
  Episode episode;
  episode.symptom = Symptom::drop;
  episode.subject = subject_of(id);
  episode.first = std::max(consumer.seen_at, line.first);
  episode.last = consumer.until ? std::min(line.last, consumer.left_at) : line.last;
  episode.at_end = !consumer.until;
  episode.expected = line.expected;
  episode.feed_packets = at.feed->tracker->packets();
  const Owed owed = owed_to(consumer, line);
  episode.lost = owed.expected - owed.lost_before;
  episode.hole_count = 1;
  DropFacts facts;
  facts.place = Checkpoint::udp;
  facts.symbol = "ip_mc_sf_allow";
  const std::uint64_t until = consumer.until ? consumer.until->packets : line.packets;
  facts.datagrams = until - std::min(until, consumer.since.packets);
  facts.units = facts.by_count = episode.lost;
  facts.socket_is_known = true;
  facts.step_down = "concluded from memberships: the kernel passes such a socket by without a drop";
  episode.drop = std::move(facts);
  EpisodeLine& share = episode.lines.emplace_back();
  share.line = {SubjectKind::line, consumer.line};
  share.name = line.name;
  share.packets = line.packets;
  share.missing = share.missing_common = episode.lost;
  return episode;
}

void HostEvidence::add_episodes(std::vector<Episode>& episodes, Timeline& timeline) {
  for (std::uint32_t id = 0; id < run_.consumers->consumers().size(); ++id) {
    const Consumer& consumer = run_.consumers->consumer(id);
    if (run_.consumers->sockets()[consumer.socket].kind == ConsumerKind::this_tool) continue;
    const std::vector<Share> shares = shares_of(consumer);
    for (std::size_t i = 0; i < consumer.dropped.episodes().size(); ++i) {
      run_.consumers->consumer(id).dropped.note_recovered(i, shares[i].recovered);
      if (consumer.dropped.episodes()[i].units() == 0) continue;
      Episode episode = drop_episode(id, i, shares[i]);
      add_measures(episode, timeline, id, i);
      episodes.push_back(std::move(episode));
    }
    if (!is_derived_unserved(consumer) || place_of(consumer.line) == nullptr) continue;
    episodes.push_back(unserved_episode(id));
  }
  for (const auto& [socket, dropped] : run_.join->undivided()) episodes.push_back(undivided_episode(socket, dropped));
  add_unread(episodes);
  add_strangers(episodes, timeline);
  add_absences(episodes, timeline);
  add_counters(episodes, timeline);
}

std::optional<std::uint32_t> HostEvidence::input_on(std::uint32_t ifindex) const {
  for (std::uint32_t input = 0; input < run_.inputs->size(); ++input) {
    if ((*run_.inputs)[input].carries(ifindex)) return input;
  }
  return std::nullopt;
}

// Under a line of their own, beyond those that the tap saw: what numbers the datagrams carry, nobody knows.
void HostEvidence::add_strangers(std::vector<Episode>& episodes, Timeline& timeline) {
  if (run_.probe == nullptr) return;
  auto id = static_cast<std::uint32_t>(run_.front->lines().size());
  for (const Stranger& stranger : run_.join->strangers(*run_.probe)) {
    const std::optional<std::uint32_t> input = input_on(stranger.ifindex);
    if (!input) continue;  // of an interface that nobody asked about, as this host's own on lo
    const Subject subject{SubjectKind::line, id++};
    const std::string endpoint = endpoint_text(stranger.destination, stranger.port);
    timeline.name_subject(subject, fmt::format("{} from {}", endpoint, stranger.source.text()));
    const auto state = [&](std::string_view name, std::int64_t value, std::string text) {
      timeline.add(fact(name, subject, value, std::move(text), "skb:kfree_skb"));
    };
    state("line.group", 0, stranger.destination.text());
    state("line.port", stranger.port, std::to_string(stranger.port));
    state("line.source", 0, stranger.source.text());
    Episode episode;
    episode.symptom = Symptom::drop;
    episode.subject = subject;
    episode.first = stranger.dropped.first;
    episode.last = stranger.dropped.last;
    episode.at_end = run_.now - episode.last < kStillHappening;
    episode.lost = episode.expected = episode.feed_packets = stranger.dropped.datagrams;
    episode.drop = facts_of(stranger.dropped, run_.join->places().at(stranger.dropped.place));
    episode.drop->step_down = "no feed is followed there: datagrams are counted, not their numbers";
    stranger_inputs_[subject] = *input;
    episodes.push_back(std::move(episode));
  }
}

// Of lines that nobody here waits for, or of a socket that is not known: told under the line.
void HostEvidence::add_unread(std::vector<Episode>& episodes) {
  for (const auto& [line, dropped] : run_.join->unread()) {
    const Place* at = place_of(line);
    if (at == nullptr) continue;
    for (const DropEpisode& ended : dropped.episodes()) {
      if (ended.units() == 0) continue;
      const DropPlace& place = run_.join->places().at(ended.place);
      Episode episode;
      episode.symptom = Symptom::drop;
      episode.subject = {SubjectKind::line, line};
      episode.first = ended.first;
      episode.last = ended.last;
      episode.at_end = run_.now - ended.last < kStillHappening;
      episode.lost = ended.units();
      episode.expected = at->feed->summary.lines[at->position].expected;
      episode.feed_packets = at->feed->tracker->packets();
      episode.hole_count = ended.runs;
      episode.drop = facts_of(ended, place);
      episodes.push_back(std::move(episode));
    }
  }
}

}  // namespace wirecause
