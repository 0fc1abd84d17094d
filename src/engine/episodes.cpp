// Symptoms: what the trackers folded, completed with what only the whole run knows (names, other streams).
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <algorithm>
#include <bit>
#include <utility>

#include "engine/assembly.hpp"

namespace wirecause {
namespace {

// An episode that reaches into the last second of the run (of a short run: into its last tenth) is ongoing.
DurationNs still_happening(TimeNs first, TimeNs last) {
  return std::min(seconds(1), DurationNs{(last - first).ns / 10});
}

}  // namespace

std::uint32_t Assembly::others_alive(const AssembledFeed& feed, TimeNs from, TimeNs to) const {
  std::uint32_t alive = 0;
  for (const AssembledFeed& other : feeds_) {
    if (other.id == feed.id) continue;
    const auto& silences = other.tracker->silences();
    const bool is_silent =
        std::any_of(silences.begin(), silences.end(), [&](const Silence& s) { return s.from < to && s.to > from; });
    if (is_silent) continue;
    for (const LineSummary& line : other.summary.lines) {
      if (line.first <= from && line.last >= to) ++alive;
    }
  }
  return alive;
}

// Fragments of its datagrams came and were not put together again: they may be all that the feed lacks.
bool Assembly::is_fragmented(const FeedTracker& tracker) const {
  for (std::size_t i = 0; i < tracker.line_count(); ++i) {
    const StreamKey& key = front_->lines().at(tracker.line_id(i)).key;
    if (front_->saw_fragments(key.source, key.group)) return true;
  }
  return false;
}

void Assembly::add_episodes(AssembledFeed& feed) {
  const FeedTracker& tracker = *feed.tracker;
  const bool is_judged = !is_fragmented(tracker);
  if (!is_judged) ++fragmented_feeds_;
  for (Episode& episode : feed.tracker->book().take()) {
    if (!is_judged && episode.symptom == Symptom::loss) continue;
    episode.subject = {SubjectKind::feed, feed.id};
    episode.expected = feed.summary.arbitrated.expected;
    episode.feed_packets = tracker.packets();
    episode.at_end = front_->last_time() - episode.last < still_happening(front_->first_time(), front_->last_time());
    episode.other_streams = others_alive(feed, episode.first, episode.last);
    for (EpisodeLine& share : episode.lines) {
      const std::uint32_t index = share.line.id;
      share.line.id = tracker.line_id(index);
      share.name = feed.summary.lines[feed.position[index]].name;
      share.packets = feed.summary.lines[feed.position[index]].packets;
    }
    std::sort(episode.lines.begin(), episode.lines.end(),
              [](const EpisodeLine& a, const EpisodeLine& b) { return a.name < b.name; });
    for (EpisodeHole& hole : episode.largest) hole.line.id = tracker.line_id(hole.line.id);
    if (episode.symptom == Symptom::loss) finish_loss(episode, feed);
    episodes_.push_back(std::move(episode));
  }
}

void Assembly::finish_loss(Episode& episode, const AssembledFeed& feed) {
  std::uint64_t whole = 0;
  std::vector<RunHole> own;
  const auto begin =
      std::partition_point(holes_.begin(), holes_.end(), [&](const RunHole& h) { return h.before < episode.first; });
  for (auto hole = begin; hole != holes_.end() && hole->before <= episode.last; ++hole) {
    if (hole->feed != feed.id) continue;
    whole |= hole->whole;
    if (host_ != nullptr) own.push_back(*hole);
    if (hole->whole == 0 && hole->holed_unrelated != 0) {
      ++episode.holes_common_to_all;
      episode.units_common_to_all += hole->count;
    }
    for (EpisodeHole& listed : episode.largest) {
      if (listed.line.id != hole->line || listed.before != hole->before || listed.after != hole->after) continue;
      listed.whole_streams = static_cast<std::uint32_t>(std::popcount(hole->whole));
      listed.holed_streams = hole->holed;
      listed.holed_unrelated = hole->holed_unrelated;
    }
  }
  episode.whole_streams = static_cast<std::uint32_t>(std::popcount(whole));
  if (host_ != nullptr) host_->add_to_loss(episode, own, timeline_);
}

// What is silent or begins anew does so on all lines of the feed.
std::vector<EpisodeLine> Assembly::lines_of(const AssembledFeed& feed) {
  std::vector<EpisodeLine> lines;
  for (std::size_t position = 0; position < feed.order.size(); ++position) {
    EpisodeLine& line = lines.emplace_back();
    line.line = {SubjectKind::line, feed.tracker->line_id(feed.order[position])};
    line.name = feed.summary.lines[position].name;
    line.packets = feed.summary.lines[position].packets;
  }
  return lines;
}

void Assembly::add_silences(const AssembledFeed& feed) {
  const Subject subject{SubjectKind::feed, feed.id};
  for (const Silence& silence : feed.tracker->silences()) {
    Episode episode;
    episode.symptom = Symptom::silence;
    episode.subject = subject;
    episode.first = silence.from;
    episode.last = silence.to;
    episode.at_end = silence.at_end;
    episode.lines = lines_of(feed);
    episode.expected = feed.summary.arbitrated.expected;
    episode.feed_packets = feed.tracker->packets();
    episode.other_streams = others_alive(feed, silence.from, silence.to);
    if (silence.frame != 0) episode.frames = {silence.input, {silence.frame}, {}};
    const auto note = [&](std::string_view name, Unit unit, std::int64_t value) {
      episode.evidence.push_back(summary(subject, name, unit, value, silence.from, silence.to));
    };
    const DurationNs length = silence.to - silence.from;
    note("feed.silence", Unit::nanoseconds, length.ns);
    if (silence.sent_before != kNoTime && silence.sent_after != kNoTime) {
      note("feed.silence_send_gap", Unit::nanoseconds, (silence.sent_after - silence.sent_before).ns);
    }
    note("feed.silence_other_streams", Unit::none, episode.other_streams);
    note("feed.silence_continued", Unit::none, silence.continued ? 1 : 0);
    const DurationNs heartbeat = feed.tracker->heartbeat_interval();
    if (heartbeat.ns > 0) note("feed.heartbeats_missed", Unit::none, length.ns / heartbeat.ns);
    episodes_.push_back(std::move(episode));
  }
}

void Assembly::add_restarts(const AssembledFeed& feed) {
  const Subject subject{SubjectKind::feed, feed.id};
  for (const Restart& restart : feed.tracker->restarts()) {
    Episode episode;
    episode.symptom = Symptom::restart;
    episode.subject = subject;
    episode.first = episode.last = restart.at;
    episode.lines = lines_of(feed);
    episode.expected = feed.summary.arbitrated.expected;
    episode.feed_packets = feed.tracker->packets();
    episode.text = restart.to_session != restart.from_session
                       ? fmt::format("session {} -> {}", session_text(feed, restart.from_session),
                                     session_text(feed, restart.to_session))
                       : fmt::format("numbers restart at {} (were at {})", restart.first_number, restart.last_number);
    if (restart.frame != 0) episode.frames = {restart.input, {restart.frame}, {}};
    Record event;
    event.name = "feed.restart";
    event.subject = subject;
    event.from = event.to = restart.at;
    event.value = static_cast<std::int64_t>(restart.kind);
    event.source = "wire";
    event.text = episode.text;
    event.frames = episode.frames;
    if (const auto id = timeline_.add(std::move(event))) episode.evidence.push_back(*id);
    episode.evidence.push_back(
        summary(subject, "feed.restart_idle", Unit::nanoseconds, restart.idle.ns, restart.at, restart.at));
    episode.evidence.push_back(summary(subject, "feed.restart_lines", Unit::none,
                                       static_cast<std::int64_t>(restart.lines), restart.at, restart.at));
    episodes_.push_back(std::move(episode));
  }
}

void Assembly::add_observations() {
  const auto& points = front_->points().all();
  for (std::uint32_t i = 0; i < points.size(); ++i) {
    Episode episode;
    episode.symptom = Symptom::observation;
    episode.subject = {SubjectKind::point, i};
    episode.first = points[i].first;
    episode.last = points[i].last;
    episode.feed_packets = front_->packets();
    episodes_.push_back(std::move(episode));
  }
}

}  // namespace wirecause
