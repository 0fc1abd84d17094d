// Whether a silent restart was one. Old packets sent again (a replay, a loop, a range repeated) begin like it: three that
// agree, far behind. So the old epoch is kept, and the new one is on trial: numbers that come back to the old end, or a
// sister that goes on there, show that nothing had restarted; what was brought meanwhile was brought once more.
//
// What no number can tell: a replay of everything from the first number on that runs without a step into what is new.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <vector>

#include "feed/feed_tracker.hpp"

namespace wirecause {
namespace {

// A restart begins within this of the first number of its space: packets are lost right after one too.
constexpr std::uint64_t kNearBeginning = 1'024;
// How far beyond the old end numbers that come back to it may land.
constexpr std::uint64_t kBackWithin = 1'024;

// Calls `visit(first, end)` for what a line has brought of [start, next).
template <class Visit>
void for_each_seen(const LineEpoch& at, Visit&& visit) {
  std::uint64_t from = at.start;
  for (const Hole& hole : at.holes.all()) {
    if (from < hole.first) visit(from, hole.first);
    from = hole.end;
  }
  if (from < at.next) visit(from, at.next);
}

}  // namespace

// Until its numbers have gone beyond the end of the epoch before it; what began in the middle is judged when they do.
bool FeedTracker::is_on_trial(std::size_t index) const {
  if (index == 0 || index + 1 != epochs_.size() || !epochs_[index].on_trial) return false;
  const FeedEpoch& epoch = epochs_[index];
  const FeedEpoch& old = epochs_[index - 1];
  if (!epoch.started || is_from_middle(epoch)) return true;
  return numbers_.near(numbers_.wire(epoch.next), old.next) <= old.next;
}

// In a space of 16 bits numbers meet by chance.
bool FeedTracker::is_from_middle(const FeedEpoch& epoch) const {
  return epoch.on_trial && !numbers_.is_narrow() && epoch.opened_by.first - space_.first > kNearBeginning;
}

void FeedTracker::put_on_trial(std::size_t index, const Descriptor& opened_by) {
  epochs_[index].on_trial = true;
  epochs_[index].opened_by = opened_by;
}

// Whether a run on a line whose epoch is on trial comes back to the end of the epoch before.
bool FeedTracker::returns(std::uint32_t index, const Descriptor& d) const {
  const Line& line = *lines_[index];
  if (!is_on_trial(line.epoch)) return false;
  const FeedEpoch& epoch = epochs_[line.epoch];
  const FeedEpoch& old = epochs_[line.epoch - 1];
  const LineEpoch& now = epoch.lines[index];
  const LineEpoch& before = old.lines[index];
  if (!before.started || !now.started || d.session != old.session) return false;
  const std::uint64_t first = numbers_.near(d.first, old.next);
  if (first < before.next || (first > old.next && first - old.next > kBackWithin)) return false;
  // After a true restart numbers pass the old end too, some with a loss there. Only a long step is a return.
  const std::uint64_t step = d.first - numbers_.wire(now.next);
  const std::uint64_t window = std::uint64_t{framing_->reorder_packets} * std::max(1U, d.count);
  return step != 0 && (line.is_watched || step > window);
}

// Whether a run is missing in the epoch before.
bool FeedTracker::fills_old(std::uint32_t index, const Descriptor& d) const {
  const Line& line = *lines_[index];
  if (!is_on_trial(line.epoch)) return false;
  const FeedEpoch& old = epochs_[line.epoch - 1];
  const std::uint64_t first = numbers_.near(d.first, old.next);
  return d.session == old.session && old.lines[index].holes.overlaps(first, first + d.count);
}

// Whether a sister has brought new numbers of `epoch` since then, by more than it usually lags.
bool FeedTracker::goes_on(std::size_t index, TimeNs since) const {
  const FirstArrivals& arrivals = epochs_[index].arrivals;
  if (lines_.size() < 2 || arrivals.end() == 0) return false;
  const FirstArrival& last = arrivals.at(arrivals.end() - 1);
  const Line& sister = *lines_[last.line];
  return sister.epoch == index && last.time - since > sister.usual_lag() + framing_->reorder_time;
}

// Old numbers from the middle that have run up to the old end: a range sent again, and now it goes on.
bool FeedTracker::has_met_old_end(std::uint32_t index) const {
  const std::size_t epoch = lines_[index]->epoch;
  if (!is_on_trial(epoch)) return false;
  const FeedEpoch& old = epochs_[epoch - 1];
  const LineEpoch& now = epochs_[epoch].lines[index];
  return now.started && numbers_.near(numbers_.wire(now.next), old.next) >= old.lines[index].next;
}

// A late packet of the epoch before the present one.
void FeedTracker::into_old(std::uint32_t index, const Descriptor& d) {
  FeedEpoch& old = epochs_[lines_[index]->epoch - 1];
  const std::uint64_t first = numbers_.near(d.first, old.next);
  line_units(old, index, d, first, first + d.count);
  feed_units(old, *lines_[index], index, d, first, first + d.count);
}

// The newest epoch was none: its lines go back to the one before, to which they have brought old units again.
void FeedTracker::undo_restart() {
  std::vector<std::uint32_t> back;  // lines that hold what comes back
  for (std::uint32_t i = 0; i < lines_.size(); ++i) {
    if (lines_[i]->suspect_count != 0 && returns(i, lines_[i]->suspects[0])) back.push_back(i);
  }
  const FeedEpoch undone = std::move(epochs_.back());
  epochs_.pop_back();
  --epochs_total_;
  const auto noted = std::find_if(restarts_.rbegin(), restarts_.rend(),
                                  [](const Restart& r) { return r.kind == Restart::Kind::silent; });
  if (undone.noted && noted != restarts_.rend()) restarts_.erase(std::next(noted).base());
  FeedEpoch& old = epochs_.back();
  for (std::uint32_t i = 0; i < lines_.size(); ++i) {
    Line& line = *lines_[i];
    if (line.epoch != epochs_.size()) continue;
    line.epoch = epochs_.size() - 1;
    --line.resets;
    line.watch(false);
    const LineEpoch& was = undone.lines[i];
    LineEpoch& at = old.lines[i];
    if (!was.started) continue;
    const Descriptor& d = undone.opened_by;
    if (!at.started) start_line(old, i, d, numbers_.near(numbers_.wire(was.start), old.next));
    if (numbers_.near(numbers_.wire(was.start), old.next) < at.start) line.out_of_range_packets += was.packets;
    for_each_seen(was, [&](std::uint64_t from, std::uint64_t to) {
      const std::uint64_t first = numbers_.near(numbers_.wire(from), old.next);
      const std::uint64_t end = first + (to - from);
      if (end <= at.start) return;
      line_units(old, i, d, std::max(first, at.start), end);
      feed_units(old, *lines_[i], i, d, std::max(first, at.start), end);
    });
    at.duplicates += was.duplicates;
    at.packets += was.packets;
  }
  for (const std::uint32_t i : back) accept_suspects(i);
}

}  // namespace wirecause
