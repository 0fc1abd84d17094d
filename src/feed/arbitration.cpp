// What a run of units does to its line and to the feed: in order, ahead (a hole opens), or behind (late, duplicate).
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "feed/feed_tracker.hpp"

namespace wirecause {
namespace {

// More than so many were never missed at a restart that happened under our eyes: we rather joined late.
constexpr std::uint64_t kMissedAtRestart = 4'096;

}  // namespace

// --- a line's first packet in an epoch

// How many numbers below the first one seen were missed: none at the first sight of a feed, nor after a silent restart,
// which shows nothing of where it began, nor where a new session goes on with the numbers of the old one. Otherwise what
// the line could have carried since its last packet.
std::uint64_t FeedTracker::missed_head(const FeedEpoch& epoch, std::uint32_t index, const Descriptor& d) const {
  if (!epoch.opened_inside || epoch.is_silent) return 0;
  const std::uint64_t reached = reach(index, d.time);
  const auto position = static_cast<std::size_t>(&epoch - epochs_.data());
  if (position > 0 && epochs_[position - 1].started) {
    const std::uint64_t old_next = epochs_[position - 1].next;
    const std::uint64_t first = numbers_.near(d.first, old_next);
    if (first >= old_next && first - old_next <= reached) return 0;
  }
  // Whether a feed of the user's own begins at 0 or 1 nobody has said.
  const std::uint64_t beginning = space_.first + (framing_->explicit_only && d.first != space_.first ? 1 : 0);
  const std::uint64_t skipped = d.first - beginning;
  return skipped <= std::min(kMissedAtRestart, reached) ? skipped : 0;
}

void FeedTracker::start_line(FeedEpoch& epoch, std::uint32_t index, const Descriptor& d, std::uint64_t first) {
  if (!epoch.started) {
    epoch.started = true;
    epoch.first_time = d.time;
    epoch.start = first;
    const std::uint64_t missed = missed_head(epoch, index, d);
    epoch.start -= std::min(missed, first);
    epoch.next = epoch.start;
  }
  LineEpoch& at = epoch.lines[index];
  at.started = true;
  at.start = head_expected_from(epoch, lines_[index]->origin.point_start, d.time, first);
  if (at.start < first) open_line_hole(epoch, index, d, at.start, first);
  at.next = first;
  at.horizon = at.horizon_candidate = at.start;
  at.cursor = epoch.arrivals.oldest();
}

// From which number on a line that appears with `first` at `first_time` must have brought the units that its sisters
// brought: since its point was being captured, its lag against them taken into account (negative where it leads).
std::uint64_t FeedTracker::head_expected_from(const FeedEpoch& epoch, TimeNs point_start, TimeNs first_time,
                                              std::uint64_t first) {
  if (first <= epoch.start) return first;
  if (epoch.opened_inside) return epoch.start;
  const FirstArrivals& arrivals = epoch.arrivals;
  FirstArrivals::Cursor same = arrivals.oldest();
  arrivals.seek(same, first);
  // Without its like among the arrivals there is no lag to measure: the line is a whole ring behind, or ahead of all.
  if (same >= arrivals.end())
    return first_time - epoch.first_time >= kOutage && epoch.first_time >= point_start ? epoch.start : first;
  const TimeNs visible_from = point_start - (first_time - arrivals.at(same).time);
  if (epoch.first_time >= visible_from) return epoch.start;
  for (FirstArrivals::Cursor at = arrivals.oldest(); at < arrivals.end(); ++at) {
    if (arrivals.at(at).time >= visible_from) return std::clamp(arrivals.at(at).first, epoch.start, first);
  }
  return first;
}

// --- one line

void FeedTracker::line_units(FeedEpoch& epoch, std::uint32_t index, const Descriptor& d, std::uint64_t first,
                             std::uint64_t end) {
  LineEpoch& at = epoch.lines[index];
  if (first < at.next) [[unlikely]] {
    line_behind(epoch, index, d, first, std::min(end, at.next));
    if (end <= at.next) return;
    first = at.next;
  }
  if (first > at.next) [[unlikely]]
    open_line_hole(epoch, index, d, at.next, first);
  if (!at.has_units) {
    at.has_units = true;
    at.first_unit = first;
  }
  at.seen += end - first;
  at.next = end;
  at.last_unit = end - 1;
}

void FeedTracker::line_behind(FeedEpoch& epoch, std::uint32_t index, const Descriptor& d, std::uint64_t first,
                              std::uint64_t end) {
  LineEpoch& at = epoch.lines[index];
  Line& line = *lines_[index];
  std::uint64_t early = 0;
  if (first < at.start) {
    // Only a line that has just begun can be out of order below its start; anything else there agrees with nothing.
    if (at.packets > framing_->reorder_packets) {
      ++line.out_of_range_packets;
      return;
    }
    const std::uint64_t old_start = at.start;
    early = std::min(end, old_start) - first;
    at.start = first;
    if (!at.has_units || first < at.first_unit) at.first_unit = first;
    if (end < old_start) open_line_hole(epoch, index, d, end, old_start);
  }
  close_expired(epoch, index, d.time);
  std::uint64_t late = early;
  std::uint64_t misplaced = 0;
  at.holes.fill(first, end, [&](const Hole& part) {
    late += part.count();
    if (d.time != kNoTime && d.time < part.opened) misplaced += part.count();
    reorder_depth_ = std::max(reorder_depth_, at.packets - part.packet);
    if (is_spoken(at, part, d.time)) list_gap(line.gaps, part, part.first, part.end, d.time, ClosedBy::late);
  });
  // A unit in the middle of a hole makes two of it.
  while (at.holes.size() > HoleList::kMaxHoles) evict_line_hole(epoch, index, d.time);
  at.seen += late;
  if (late != 0) {
    at.late += late;
    ++at.reordered_packets;
    at.has_units = true;
    book_.disorder(index, d.time, d.frame, d.input, late, misplaced);
  }
  const std::uint64_t too_late = at.given_up.overlap(first, end);
  if (too_late != 0) ++line.out_of_range_packets;
  const std::uint64_t again = end - first - late - too_late;
  if (again != 0) {
    at.duplicates += again;
    book_.duplicates(index, d.time, d.frame, d.input, again);
  }
}

void FeedTracker::open_line_hole(FeedEpoch& epoch, std::uint32_t index, const Descriptor& d, std::uint64_t first,
                                 std::uint64_t end) {
  const Line& line = *lines_[index];
  close_expired(epoch, index, d.time);
  const LineEpoch& at = epoch.lines[index];
  Hole hole;
  hole.before = line.before_last == kNoTime ? std::min(epoch.first_time, d.time) : line.before_last;
  hole.opened = d.time;
  hole.frame = d.frame;
  hole.input = d.input;
  hole.whole_streams = d.whole_streams;
  hole.packet = at.packets;
  hole.outage = was_outage(line);
  hole.by_heartbeat = d.kind == RunKind::heartbeat || d.kind == RunKind::end_of_session;
  // What the capture cut off the packet before is no hole.
  if (line.cut_units != 0 && numbers_.wire(first) == line.cut_at) {
    const std::uint64_t unseen_end = first + std::min(line.cut_units, end - first);
    hole.unseen = true;
    add_line_hole(epoch, index, hole, first, unseen_end);
    hole.unseen = false;
    first = unseen_end;
  }
  add_line_hole(epoch, index, hole, first, end);
}

void FeedTracker::add_line_hole(FeedEpoch& epoch, std::uint32_t index, Hole hole, std::uint64_t first,
                                std::uint64_t end) {
  if (first >= end) return;
  if (epoch.lines[index].holes.full()) evict_line_hole(epoch, index, hole.opened);
  hole.first = first;
  hole.end = end;
  epoch.lines[index].holes.open(hole);
}

bool FeedTracker::is_spoken(const LineEpoch& at, const Hole& hole, TimeNs now) const {
  return hole.by_heartbeat || at.packets - hole.packet >= framing_->reorder_packets ||
         now - hole.opened >= framing_->reorder_time;
}

// Silent for a second in which a sister went on: up to her last packet, since then they are silent together.
bool FeedTracker::was_outage(const Line& line) const {
  if (lines_.size() < 2) return false;
  const TimeNs since = line.before_last == kNoTime ? std::max(first_time_, line.origin.point_start) : line.before_last;
  return before_last_time_ - since >= kOutage && packets_ - line.feed_packets_before > kOutagePackets;
}

// --- all lines

std::uint64_t FeedTracker::fill_feed_holes(FeedEpoch& epoch, std::uint64_t first, std::uint64_t end, TimeNs now) {
  std::uint64_t brought = 0;
  epoch.holes.fill(first, end, [&](const Hole& part) {
    brought += part.count();
    for (LineEpoch& line : epoch.lines) line.holes.note_brought(part.first, part.end, now);
  });
  epoch.delivered += brought;
  return brought;
}

void FeedTracker::feed_behind(FeedEpoch& epoch, std::uint32_t index, const Descriptor& d, std::uint64_t first,
                              std::uint64_t end) {
  const LineEpoch& at = epoch.lines[index];
  if (first < epoch.start && at.start <= first) {
    const std::uint64_t old_start = epoch.start;
    epoch.start = first;
    epoch.first_time = std::min(epoch.first_time, d.time);
    epoch.delivered += std::min(end, old_start) - first;
    if (end < old_start) open_feed_hole(epoch, index, d, end, old_start);
  }
  fill_feed_holes(epoch, first, end, d.time);
  while (epoch.holes.size() > HoleList::kMaxHoles) evict_feed_hole(epoch, d.time);
}

// After the line's own hole has been opened.
void FeedTracker::open_feed_hole(FeedEpoch& epoch, std::uint32_t index, const Descriptor& d, std::uint64_t first,
                                 std::uint64_t end) {
  Hole hole;
  hole.before = epoch.last_time == kNoTime ? d.time : epoch.last_time;
  hole.opened = d.time;
  hole.frame = d.frame;
  hole.input = d.input;
  hole.whole_streams = d.whole_streams;
  hole.packet = static_cast<std::uint32_t>(packets_);
  hole.by_heartbeat = d.kind == RunKind::heartbeat || d.kind == RunKind::end_of_session;
  std::uint64_t from = first;
  epoch.lines[index].holes.for_each_missing(first, end, [&](const Hole& part) {
    if (!part.unseen) return;
    add_feed_hole(epoch, hole, from, part.first);
    hole.unseen = true;
    add_feed_hole(epoch, hole, part.first, part.end);
    hole.unseen = false;
    from = part.end;
  });
  add_feed_hole(epoch, hole, from, end);
}

void FeedTracker::add_feed_hole(FeedEpoch& epoch, Hole hole, std::uint64_t first, std::uint64_t end) {
  if (first >= end) return;
  if (epoch.holes.full()) evict_feed_hole(epoch, hole.opened);
  hole.first = first;
  hole.end = end;
  epoch.holes.open(hole);
}

}  // namespace wirecause
