// When waiting ends: the recovery horizon, a full list, the end of an epoch, the end of input (DESIGN D3).
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "feed/feed_tracker.hpp"

namespace wirecause {

void FeedTracker::list_gap(GapList& list, const Hole& hole, std::uint64_t first, std::uint64_t end, TimeNs closed,
                           ClosedBy how) {
  ++list.total;
  if (list.listed.size() >= options_.max_list) return;
  Gap gap;
  gap.first_sequence = numbers_.wire(first);
  gap.count = end - first;
  gap.opened = hole.opened;
  gap.closed = closed;
  gap.closed_by = how;
  gap.frame = hole.frame;
  gap.input = hole.input;
  list.listed.push_back(gap);
}

// `hole` has been taken out of the line's list. Its parts that the feed still misses are lost, the others recovered.
void FeedTracker::close_line_hole(FeedEpoch& epoch, std::uint32_t index, const Hole& hole, TimeNs now, ClosedBy how) {
  Line& line = *lines_[index];
  if (hole.unseen) {
    epoch.lines[index].tail_unknown += hole.count();
    return;
  }
  epoch.lines[index].lost += hole.count();
  if (!finished_) epoch.lines[index].given_up.insert(hole.first, hole.end);
  std::uint64_t recovered = 0;
  const auto close_part = [&](std::uint64_t first, std::uint64_t end, bool is_common) {
    ClosedBy closed_by = is_common ? ClosedBy::lost : ClosedBy::recovered;
    if (how == ClosedBy::evicted) closed_by = ClosedBy::evicted;
    if (hole.outage) closed_by = ClosedBy::outage;
    // What a sister had brought before was recovered as soon as it was missed.
    const TimeNs closed = closed_by == ClosedBy::recovered ? std::max(hole.opened, hole.brought) : now;
    list_gap(line.gaps, hole, first, end, closed, closed_by);
    if (!is_common && !hole.outage) recovered += epoch.recovered_units.insert(first, end);
  };
  std::uint64_t common = 0;
  std::uint64_t from = hole.first;
  epoch.holes.for_each_missing(hole.first, hole.end, [&](const Hole& missing) {
    if (from < missing.first) close_part(from, missing.first, false);
    close_part(missing.first, missing.end, true);
    common += missing.count();
    from = missing.end;
  });
  if (from < hole.end) close_part(from, hole.end, false);
  epoch.recovered += recovered;
  book_.loss({index, hole, numbers_.wire(hole.first), hole.count() - common, common, recovered});
}

void FeedTracker::evict_line_hole(FeedEpoch& epoch, std::uint32_t index, TimeNs now) {
  const Hole oldest = epoch.lines[index].holes.take_oldest();
  ++evicted_;
  close_line_hole(epoch, index, oldest, now, ClosedBy::evicted);
}

void FeedTracker::evict_feed_hole(FeedEpoch& epoch, TimeNs now) {
  if (lines_.size() > 1) ++evicted_;  // a line alone has counted its own
  give_up_oldest(epoch, now, ClosedBy::evicted);
}

// The lines settle against the feed's hole while it is still open; then it is closed.
void FeedTracker::give_up_oldest(FeedEpoch& epoch, TimeNs now, ClosedBy how) {
  const Hole oldest = epoch.holes.oldest();
  for (std::uint32_t i = 0; i < epoch.lines.size(); ++i) {
    std::vector<Hole> parts;
    epoch.lines[i].holes.fill(oldest.first, oldest.end, [&](const Hole& part) { parts.push_back(part); });
    for (const Hole& part : parts) close_line_hole(epoch, i, part, now, how);
  }
  close_feed_hole(epoch, epoch.holes.take_oldest(), now);
}

void FeedTracker::close_feed_hole(FeedEpoch& epoch, const Hole& hole, TimeNs now) {
  if (hole.unseen) {
    epoch.tail_unknown += hole.count();
    return;
  }
  epoch.lost += hole.count();
  list_gap(lost_gaps_, hole, hole.first, hole.end, now, ClosedBy::lost);
  book_.feed_loss(hole);
}

void FeedTracker::close_expired(FeedEpoch& epoch, std::uint32_t index, TimeNs now) {
  LineEpoch& at = epoch.lines[index];
  now = std::min(now, last_time_);  // a stamp that no second packet has confirmed ends no waiting
  while (!at.holes.empty() && now - at.holes.oldest().opened > kHorizon) {
    const Hole expired = at.holes.take_oldest();
    close_line_hole(epoch, index, expired, now, ClosedBy::lost);
  }
  // A line that lags shows a hole later than its sister did: the feed waits for it as long again.
  while (!epoch.holes.empty() && now - epoch.holes.oldest().opened > kHorizon + kHorizon) {
    give_up_oldest(epoch, now, ClosedBy::lost);
  }
}

// What only the sisters have shown at the end: an outage, within their usual lead (unknown), or lost.
void FeedTracker::settle_tail(FeedEpoch& epoch, std::uint32_t index, TimeNs end, bool ended) {
  LineEpoch& at = epoch.lines[index];
  const Line& line = *lines_[index];
  std::uint64_t lost_end = epoch.next;
  const bool outage =
      lines_.size() > 1 && last_time_ - line.last >= kOutage && packets_ - line.feed_packets_last > kOutagePackets;
  if (!ended && !outage) {
    const TimeNs settled_before = end - (line.usual_lag() + framing_->reorder_time);
    for (FirstArrivals::Cursor c = epoch.arrivals.end(); c > epoch.arrivals.oldest(); --c) {
      const FirstArrival& arrival = epoch.arrivals.at(c - 1);
      if (arrival.time < settled_before || arrival.end <= at.next) break;
      lost_end = arrival.first;
    }
  }
  lost_end = std::max(lost_end, at.next);
  at.tail_unknown += epoch.next - lost_end;
  if (lost_end > at.next) {
    Hole tail;
    tail.first = at.next;
    tail.end = lost_end;
    tail.before = line.last;
    tail.opened = end;
    tail.outage = outage;
    close_line_hole(epoch, index, tail, end, ClosedBy::lost);
  }
  at.next = epoch.next;
}

// A line that was up before the epoch and brought nothing of it: dead, if its sisters went on for so long, or if it has
// been in a younger epoch since. Earlier epochs have been settled, so it is known what was up.
void FeedTracker::settle_absent(FeedEpoch& epoch, std::uint32_t index, TimeNs end) {
  const Line& line = *lines_[index];
  if (!epoch.started || epoch.start == epoch.next || !line_has_units_[index]) return;
  const TimeNs until = std::min(end, epoch.last_time);
  const bool outage =
      until - std::max(line.last, epoch.first_time) >= kOutage && packets_ - line.feed_packets_last > kOutagePackets;
  const bool has_passed = &epochs_[line.epoch] > &epoch;
  if (!outage && !has_passed) return;
  LineEpoch& at = epoch.lines[index];
  at.started = true;
  at.start = epoch.start;
  at.next = epoch.next;
  Hole absent;
  absent.first = epoch.start;
  absent.end = epoch.next;
  absent.before = std::min(line.last, epoch.first_time);
  absent.opened = until;
  absent.outage = outage;
  close_line_hole(epoch, index, absent, end, ClosedBy::lost);
}

void FeedTracker::settle(FeedEpoch& epoch, TimeNs end, bool ended) {
  HoleList undecided;  // what some line may still bring: the feed knows no better than its lines
  for (std::uint32_t i = 0; i < epoch.lines.size(); ++i) {
    LineEpoch& at = epoch.lines[i];
    if (!at.started) settle_absent(epoch, i, end);
    if (!at.started) continue;
    for (const Hole& hole : at.holes.take_all()) {
      if (!ended && !is_spoken(at, hole, end)) {
        at.tail_unknown += hole.count();
        epoch.holes.for_each_missing(hole.first, hole.end, [&](const Hole& part) {
          if (!undecided.overlaps(part.first, part.end)) undecided.open(part);
        });
      } else {
        close_line_hole(epoch, i, hole, end, ClosedBy::lost);
      }
    }
    if (at.next < epoch.next) settle_tail(epoch, i, end, ended);
  }
  for (const Hole& hole : undecided.all()) {
    epoch.holes.fill(hole.first, hole.end, [&](const Hole& part) { epoch.tail_unknown += part.count(); });
  }
  for (const Hole& hole : epoch.holes.take_all()) close_feed_hole(epoch, hole, end);
}

void FeedTracker::drop_oldest_epoch(TimeNs now) {
  FeedEpoch& epoch = epochs_.front();
  settle(epoch, now, true);
  add_settled(epoch);
  epochs_.erase(epochs_.begin());
  for (const auto& line : lines_) {
    if (line->epoch > 0) --line->epoch;
  }
}

void FeedTracker::add_settled(const FeedEpoch& epoch) {
  if (!epoch.started) return;
  settled_.expected += epoch.next - epoch.start - epoch.tail_unknown;
  settled_.delivered += epoch.delivered;
  settled_.recovered += epoch.recovered;
  settled_.lost += epoch.lost;
  settled_.tail_unknown += epoch.tail_unknown;
  for (std::size_t i = 0; i < epoch.lines.size(); ++i) {
    const LineEpoch& at = epoch.lines[i];
    if (!at.started) continue;
    LineSummary& sum = settled_lines_[i];
    if (at.has_units) {
      if (!line_has_units_[i]) sum.first_sequence = numbers_.wire(at.first_unit);
      sum.last_sequence = numbers_.wire(at.last_unit);
      line_has_units_[i] = true;
    }
    sum.expected += at.expected();
    sum.lost += at.lost;
    sum.late += at.late;
    sum.duplicates += at.duplicates;
    sum.reordered_packets += at.reordered_packets;
    sum.tail_unknown += at.tail_unknown;
  }
}

void FeedTracker::note_final_silence(TimeNs end) {
  const SilenceContext context{framing_->heartbeat_interval, longest_pause_, packets_, heartbeats_};
  if (packets_ == 0 || !is_silence(end - last_time_, context)) return;
  Silence silence;
  silence.from = last_time_;
  silence.to = end;
  silence.sent_before = last_sent_;
  silence.line = lines_.front()->origin.id;
  silence.at_end = true;
  note_silence(silence);
}

void FeedTracker::finish(TimeNs end) {
  if (finished_) return;
  finished_ = true;
  settle_suspects();
  if (is_in_doubt()) believe_silence();
  // The end of the run is its highest stamp: not where only a wrong one said so.
  if (doubtful_) wrong_until_ = std::max(wrong_until_, doubtful_->to);
  if (wrong_until_ >= end) end = last_time_;
  note_final_silence(end);
  for (std::size_t i = 0; i < epochs_.size(); ++i) {
    settle(epochs_[i], end, i + 1 < epochs_.size());
    add_settled(epochs_[i]);
    final_session_ = epochs_[i].session;
  }
  epochs_.clear();
  for (const auto& line : lines_) {
    std::stable_sort(line->gaps.listed.begin(), line->gaps.listed.end(),
                     [](const Gap& a, const Gap& b) { return a.opened < b.opened; });
  }
}

}  // namespace wirecause
