// SPDX-License-Identifier: Apache-2.0
#include "feed/episode_book.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace wirecause {
namespace {

EpisodeLine& share_of(Episode& episode, std::uint32_t line) {
  for (EpisodeLine& share : episode.lines) {
    if (share.line.id == line) return share;
  }
  EpisodeLine& added = episode.lines.emplace_back();
  added.line = {SubjectKind::line, line};
  return added;
}

void note_frame(Episode& episode, std::uint64_t frame, std::uint32_t input) {
  if (frame == 0) return;
  if (episode.frames.frames.empty()) episode.frames.input = input;
  if (episode.frames.input != input || episode.frames.frames.size() >= EpisodeBook::kMaxFrames) return;
  episode.frames.frames.push_back(frame);
}

bool larger(const EpisodeHole& a, const EpisodeHole& b) {
  if (a.count != b.count) return a.count > b.count;
  return a.after < b.after;
}

void keep_largest(Episode& episode, const EpisodeHole& hole) {
  const auto place = std::lower_bound(episode.largest.begin(), episode.largest.end(), hole, larger);
  if (place == episode.largest.end() && episode.largest.size() >= EpisodeBook::kMaxLargest) return;
  episode.largest.insert(place, hole);
  if (episode.largest.size() > EpisodeBook::kMaxLargest) episode.largest.pop_back();
}

void add_share(EpisodeLine& to, const EpisodeLine& from) {
  to.holes += from.holes;
  to.missing += from.missing;
  to.missing_alone += from.missing_alone;
  to.missing_common += from.missing_common;
  to.alone.add(from.alone);
  to.common.add(from.common);
  to.outage += from.outage;
  to.late += from.late;
  to.reordered_packets += from.reordered_packets;
  to.misplaced += from.misplaced;
  to.misplaced_packets += from.misplaced_packets;
  to.duplicates += from.duplicates;
  to.packets += from.packets;
}

HoleSum times_of(const Hole& hole) { return {1, std::min(hole.before, hole.opened), hole.opened}; }

// `later` becomes part of `earlier`.
void merge(Episode& earlier, const Episode& later) {
  earlier.first = std::min(earlier.first, later.first);
  earlier.last = std::max(earlier.last, later.last);
  earlier.hole_count += later.hole_count;
  earlier.lost_holes.add(later.lost_holes);
  earlier.lost += later.lost;
  earlier.recovered += later.recovered;
  for (const EpisodeLine& share : later.lines) add_share(share_of(earlier, share.line.id), share);
  for (const EpisodeHole& hole : later.largest) keep_largest(earlier, hole);
  for (const std::uint64_t frame : later.frames.frames) note_frame(earlier, frame, later.frames.input);
}

}  // namespace

std::vector<Episode>& EpisodeBook::of(Symptom symptom) {
  if (symptom == Symptom::disorder) return disorders_;
  if (symptom == Symptom::duplication) return duplications_;
  return losses_;
}

Episode& EpisodeBook::at(Symptom symptom, TimeNs from, TimeNs to) {
  std::vector<Episode>& episodes = of(symptom);
  // Notes come nearly in order: the last episode is the usual one.
  auto it = episodes.end();
  while (it != episodes.begin() && std::prev(it)->last + kFold >= from) --it;
  if (it == episodes.end() || it->first - kFold > to) {
    if (episodes.size() >= kMaxEpisodes) {
      fold_smallest_pause(episodes);
      return at(symptom, from, to);
    }
    it = episodes.insert(it, Episode{});
    it->symptom = symptom;
    it->first = from;
    it->last = to;
    return *it;
  }
  it->first = std::min(it->first, from);
  it->last = std::max(it->last, to);
  // The note may have closed the pause to the episodes that follow.
  for (auto next = std::next(it); next != episodes.end() && next->first - kFold <= it->last;) {
    merge(*it, *next);
    next = episodes.erase(next);
  }
  return *it;
}

void EpisodeBook::fold_smallest_pause(std::vector<Episode>& episodes) {
  std::size_t best = 1;
  for (std::size_t i = 2; i < episodes.size(); ++i) {
    if (episodes[i].first - episodes[i - 1].last < episodes[best].first - episodes[best - 1].last) best = i;
  }
  merge(episodes[best - 1], episodes[best]);
  episodes.erase(episodes.begin() + static_cast<std::ptrdiff_t>(best));
  ++merged_;
}

void EpisodeBook::loss(const LossNote& note) {
  const HoleSum times = times_of(note.hole);
  Episode& episode = at(Symptom::loss, times.first, times.last);
  EpisodeLine& share = share_of(episode, note.line);
  const std::uint64_t missing = note.alone + note.common;
  ++share.holes;
  ++episode.hole_count;
  share.missing += missing;
  share.missing_alone += note.alone;
  share.missing_common += note.common;
  if (note.alone > 0) share.alone.add(times);
  if (note.common > 0) share.common.add(times);
  if (note.hole.outage) share.outage += missing;
  episode.recovered += note.recovered;
  note_frame(episode, note.hole.frame, note.hole.input);
  EpisodeHole hole;
  hole.line = {SubjectKind::line, note.line};
  hole.first_sequence = note.first_wire;
  hole.count = missing;
  hole.common = note.common;
  hole.before = note.hole.before;
  hole.after = note.hole.opened;
  hole.frame = note.hole.frame;
  hole.input = note.hole.input;
  keep_largest(episode, hole);
  add_span({note.line, note.hole.before, note.hole.opened, note.first_wire, missing, note.hole.whole_streams,
            note.common, note.hole.first});
}

void EpisodeBook::add_span(const HoleSpan& span) {
  if (spans_.size() < kMaxSpans) {
    spans_.push_back(span);
  } else {
    ++spans_dropped_;
  }
}

void EpisodeBook::feed_loss(const Hole& hole) {
  const HoleSum times = times_of(hole);
  Episode& episode = at(Symptom::loss, times.first, times.last);
  episode.lost += hole.count();
  episode.lost_holes.add(times);
}

void EpisodeBook::disorder(std::uint32_t line, TimeNs at_time, std::uint64_t frame, std::uint16_t input,
                           std::uint64_t units, std::uint64_t misplaced) {
  Episode& episode = at(Symptom::disorder, at_time, at_time);
  EpisodeLine& share = share_of(episode, line);
  share.late += units;
  ++share.reordered_packets;
  share.misplaced += misplaced;
  share.misplaced_packets += misplaced == units ? 1 : 0;
  note_frame(episode, frame, input);
}

void EpisodeBook::duplicates(std::uint32_t line, TimeNs at_time, std::uint64_t frame, std::uint16_t input,
                             std::uint64_t units) {
  Episode& episode = at(Symptom::duplication, at_time, at_time);
  share_of(episode, line).duplicates += units;
  note_frame(episode, frame, input);
}

void EpisodeBook::absorb(EpisodeBook&& other, std::uint32_t line_offset) {
  for (HoleSpan span : other.spans_) {
    span.line += line_offset;
    add_span(span);
  }
  for (Episode& episode : other.take()) {
    for (EpisodeLine& share : episode.lines) share.line.id += line_offset;
    for (EpisodeHole& hole : episode.largest) hole.line.id += line_offset;
    merge(at(episode.symptom, episode.first, episode.last), episode);
  }
  merged_ += other.merged_;
  spans_dropped_ += other.spans_dropped_;
}

std::vector<Episode> EpisodeBook::take() {
  std::vector<Episode> all = std::exchange(losses_, {});
  for (auto* more : {&disorders_, &duplications_}) {
    std::move(more->begin(), more->end(), std::back_inserter(all));
    more->clear();
  }
  std::stable_sort(all.begin(), all.end(), [](const Episode& a, const Episode& b) { return a.first < b.first; });
  return all;
}

}  // namespace wirecause
