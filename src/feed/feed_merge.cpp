// Two feeds turn out to be one: their lines carry the same units. Holes of the whole are what both miss.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <utility>

#include "feed/feed_tracker.hpp"

namespace wirecause {
namespace {

// What `epoch` misses of [start, next): before its start, its holes, and after its end.
std::vector<Hole> missing_of(const FeedEpoch& epoch, std::uint64_t start, std::uint64_t next) {
  std::vector<Hole> missing;
  const auto add = [&](std::uint64_t first, std::uint64_t end) {
    if (first >= end) return;
    Hole& hole = missing.emplace_back();
    hole.first = first;
    hole.end = end;
    hole.before = hole.opened = epoch.last_time;
  };
  add(start, epoch.start);
  missing.insert(missing.end(), epoch.holes.all().begin(), epoch.holes.all().end());
  add(epoch.next, next);
  return missing;
}

HoleList missed_by_both(const std::vector<Hole>& ours, const std::vector<Hole>& theirs) {
  HoleList both;
  for (auto a = ours.begin(), b = theirs.begin(); a != ours.end() && b != theirs.end();) {
    Hole common = *a;
    common.first = std::max(a->first, b->first);
    common.end = std::min(a->end, b->end);
    common.unseen = a->unseen || b->unseen;
    if (common.first < common.end) both.open(common);
    if (a->end < b->end) {
      ++a;
    } else {
      ++b;
    }
  }
  return both;
}

void shift(LineEpoch& line, std::uint64_t by) {
  line.start += by;
  line.next += by;
  line.first_unit += by;
  line.last_unit += by;
  line.horizon += by;
  line.horizon_candidate += by;
  line.holes.shift(by);
  line.given_up.shift(by);
}

}  // namespace

void FeedTracker::absorb(FeedTracker&& other) {
  const std::size_t ours = lines_.size();
  const std::size_t all = ours + other.lines_.size();
  // Epochs are matched from the present one backwards: by session where there is one, and by order.
  std::vector<std::size_t> target(other.epochs_.size());
  std::size_t below = epochs_.size();  // what is left to match
  if (is_without_trial(other)) --below;
  if (other.is_without_trial(*this)) {
    epochs_.emplace_back().session = other.epochs_.back().session;
    epochs_.back().lines.resize(ours);
    below = epochs_.size();
  }
  for (std::size_t back = 0; back < other.epochs_.size(); ++back) {
    const std::size_t theirs = other.epochs_.size() - 1 - back;
    const SessionId session = other.epochs_[theirs].session;
    std::size_t match = below;
    while (match > 0 && session != 0 && epochs_[match - 1].session != session) --match;
    if (match > 0) {
      below = --match;
    } else {
      FeedEpoch& older = *epochs_.emplace(epochs_.begin());
      older.session = session;
      older.lines.resize(ours);
      for (const auto& line : lines_) ++line->epoch;
      for (std::size_t i = theirs + 1; i < target.size(); ++i) ++target[i];
      if (below != 0) ++below;
      match = 0;
    }
    target[theirs] = match;
  }
  for (auto& line : other.lines_) {
    line->epoch = target[line->epoch];
    lines_.push_back(std::move(line));
  }
  for (std::size_t i = 0; i < other.epochs_.size(); ++i) absorb_epoch(epochs_[target[i]], std::move(other.epochs_[i]));
  for (FeedEpoch& epoch : epochs_) epoch.lines.resize(all);
  std::move(other.settled_lines_.begin(), other.settled_lines_.end(), std::back_inserter(settled_lines_));
  line_has_units_.insert(line_has_units_.end(), other.line_has_units_.begin(), other.line_has_units_.end());
  book_.absorb(std::move(other.book_), static_cast<std::uint32_t>(ours));
  absorb_silences(other);
  absorb_restarts(other.restarts_);
  absorb_gaps(std::move(other.lost_gaps_));
  latency_.absorb(std::move(other.latency_));
  settled_.expected += other.settled_.expected;
  settled_.delivered += other.settled_.delivered;
  settled_.recovered += other.settled_.recovered;
  settled_.lost += other.settled_.lost;
  settled_.tail_unknown += other.settled_.tail_unknown;
  epochs_total_ = std::max(epochs_total_, other.epochs_total_);
  packets_ += other.packets_;
  heartbeats_ += other.heartbeats_;
  truncated_datagrams_ += other.truncated_datagrams_;
  evicted_ += other.evicted_;
  suppressed_ += other.suppressed_;
  reorder_depth_ = std::max(reorder_depth_, other.reorder_depth_);
  if (first_time_ == kNoTime || (other.first_time_ != kNoTime && other.first_time_ < first_time_))
    first_time_ = other.first_time_;
  last_time_ = std::max(last_time_, other.last_time_);
  longest_pause_ = std::min(longest_pause_, other.longest_pause_);
  for (const auto& line : lines_) line->feed_packets_last = packets_;
}

// The whole is silent only while both are: in the silences of one, what lies in a silence of the other or where the other
// had not begun or had ended.
void FeedTracker::absorb_silences(const FeedTracker& other) {
  if (other.packets_ == 0) return;
  const std::vector<Silence> ours = packets_ == 0 ? std::vector<Silence>{} : std::exchange(silences_, {});
  const DurationNs heartbeats{3 * framing_->heartbeat_interval.ns};
  const DurationNs least = heartbeats.ns > 0 ? heartbeats : kOutage;
  const auto add = [&](Silence silence, TimeNs from, TimeNs to) {
    silence.from = std::max(silence.from, from);
    silence.to = std::min(silence.to, to);
    if (silence.to - silence.from > least) note_silence(silence);
  };
  const auto outside = [&](const std::vector<Silence>& silences, const FeedTracker& whole) {
    for (const Silence& silence : silences) {
      add(silence, kNoTime, whole.first_time_);
      add(silence, whole.last_time_, silence.to);
    }
  };
  for (const Silence& a : ours) {
    for (const Silence& b : other.silences_) add(b.to < a.to ? b : a, std::max(a.from, b.from), std::min(a.to, b.to));
  }
  outside(ours, other);
  if (packets_ == 0) {
    for (const Silence& silence : other.silences_) note_silence(silence);
  } else {
    outside(other.silences_, *this);
  }
  const auto earlier = [](const Silence& a, const Silence& b) { return a.from < b.from; };
  std::stable_sort(silences_.begin(), silences_.end(), earlier);
}

// What both saw is one restart.
void FeedTracker::absorb_restarts(const std::vector<Restart>& theirs) {
  const auto own = static_cast<std::ptrdiff_t>(restarts_.size());
  for (const Restart& restart : theirs) {
    const auto is_same = [&](const Restart& r) {
      if (r.kind != restart.kind || r.to_session != restart.to_session) return false;
      const DurationNs apart = std::max(r.at, restart.at) - std::min(r.at, restart.at);
      return r.to_session != r.from_session || apart < kOutage;
    };
    const auto same = std::find_if(restarts_.begin(), restarts_.begin() + own, is_same);
    if (same == restarts_.begin() + own) {
      note_restart(restart);
      continue;
    }
    const std::uint64_t lines = same->lines + restart.lines;
    if (restart.at < same->at) *same = restart;
    same->lines = lines;
  }
  std::stable_sort(restarts_.begin(), restarts_.end(), [](const Restart& a, const Restart& b) { return a.at < b.at; });
}

void FeedTracker::absorb_gaps(GapList&& theirs) {
  lost_gaps_.total += theirs.total;
  std::move(theirs.listed.begin(), theirs.listed.end(), std::back_inserter(lost_gaps_.listed));
  std::stable_sort(lost_gaps_.listed.begin(), lost_gaps_.listed.end(),
                   [](const Gap& a, const Gap& b) { return a.opened < b.opened; });
  if (lost_gaps_.listed.size() > options_.max_list) lost_gaps_.listed.resize(options_.max_list);
}

// Whether our newest epoch is a silent restart on trial and the other feed is still where we were before it.
bool FeedTracker::is_without_trial(const FeedTracker& other) const {
  const std::size_t newest = epochs_.size() - 1;
  const FeedEpoch& theirs = other.epochs_.back();
  if (!is_on_trial(newest) || !theirs.started || theirs.on_trial) return false;
  if (theirs.session != epochs_[newest].session) return false;
  const auto distance = [&](const FeedEpoch& epoch) {
    const std::uint64_t next = numbers_.near(numbers_.wire(theirs.next), epoch.next);
    return std::max(next, epoch.next) - std::min(next, epoch.next);
  };
  return distance(epochs_[newest - 1]) < distance(epochs_[newest]);
}

void FeedTracker::absorb_epoch(FeedEpoch& ours, FeedEpoch&& theirs) {
  const std::size_t our_lines = ours.lines.size();
  if (!theirs.started) {
    ours.lines.resize(our_lines + theirs.lines.size());
    return;
  }
  if (ours.started) {
    const std::uint64_t by = numbers_.near(numbers_.wire(theirs.next), ours.next) - theirs.next;
    theirs.start += by;
    theirs.next += by;
    theirs.holes.shift(by);
    theirs.arrivals.shift(by);
    for (LineEpoch& line : theirs.lines) shift(line, by);
  }
  const FeedEpoch before = std::move(ours);
  ours = FeedEpoch{};
  ours.session = theirs.session;
  ours.opened_inside = before.opened_inside || theirs.opened_inside;
  ours.is_silent = before.is_silent || theirs.is_silent;
  ours.on_trial = before.started ? before.on_trial && theirs.on_trial : theirs.on_trial;
  ours.noted = before.noted || theirs.noted;
  ours.opened_by = before.started ? before.opened_by : theirs.opened_by;
  ours.started = true;
  ours.start = before.started ? std::min(before.start, theirs.start) : theirs.start;
  ours.next = before.started ? std::max(before.next, theirs.next) : theirs.next;
  ours.first_time = before.started ? std::min(before.first_time, theirs.first_time) : theirs.first_time;
  ours.last_time = before.started ? std::max(before.last_time, theirs.last_time) : theirs.last_time;
  ours.lost = before.lost + theirs.lost;
  ours.recovered = before.recovered + theirs.recovered;
  ours.holes = before.started ? missed_by_both(missing_of(before, ours.start, ours.next),
                                               missing_of(theirs, ours.start, ours.next))
                              : theirs.holes;
  ours.tail_unknown = before.tail_unknown + theirs.tail_unknown;
  ours.delivered = ours.next - ours.start - ours.holes.units() - ours.lost - ours.tail_unknown;
  ours.lines = before.lines;
  ours.lines.insert(ours.lines.end(), std::make_move_iterator(theirs.lines.begin()),
                    std::make_move_iterator(theirs.lines.end()));
  if (!before.started) return;
  // A line that began above its sister's start: what of the beginning was it to bring?
  for (std::size_t i = 0; i < ours.lines.size(); ++i) {
    const bool is_ours = i < our_lines;
    expect_head(ours.lines[i], *lines_[i], is_ours ? theirs : before, (is_ours ? before : theirs).first_time);
  }
}

void FeedTracker::expect_head(LineEpoch& at, const Line& line, const FeedEpoch& sister, TimeNs line_first) {
  if (!at.started) return;
  const std::uint64_t from = head_expected_from(sister, line.origin.point_start, line_first, at.start);
  if (from >= at.start) return;
  Hole head;
  head.first = from;
  head.end = at.start;
  head.before = std::max(sister.first_time, line.origin.point_start);
  head.opened = line_first;
  head.outage = line_first - head.before >= kOutage;
  at.holes.open(head);
  at.start = from;
}

}  // namespace wirecause
