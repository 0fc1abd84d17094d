// Epochs: new sessions, reset marks, and the silent restart that only the numbers show (DESIGN D4).
//
// A run that agrees with nothing - far below what a late packet could be, or ahead by more than any loss - is held back.
// Three in a row that agree with each other decide: a restart, or a real jump. Anything else in between lets them go.
// Whether a silent restart was one shows only later: restart_trial.cpp.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "feed/feed_tracker.hpp"

namespace wirecause {
namespace {

// How far two suspect runs may lie apart and still agree: losses happen right after a restart too.
constexpr std::uint64_t kAgreement = 1'024;

// A publisher does not start again in this time. What begins once more so soon is a second copy of what has just begun: of a
// tap, or of another place on the path.
constexpr DurationNs kSoonestRestart = milliseconds(10);

}  // namespace

std::size_t FeedTracker::epoch_of(std::uint32_t index, const Descriptor& d) {
  Line& line = *lines_[index];
  if (epochs_[line.epoch].session == d.session) [[likely]]
    return line.epoch;
  if (!epochs_[line.epoch].started && epochs_.size() == 1) {
    epochs_[line.epoch].session = d.session;
    return line.epoch;
  }
  for (std::size_t i = epochs_.size(); i-- > 0;) {
    if (epochs_[i].session != d.session) continue;
    // A younger epoch is entered; a packet of an older one is late and is counted there.
    if (i > line.epoch) enter_epoch(index, i);
    return i;
  }
  enter_epoch(index, open_epoch(d, Restart::Kind::session));
  return lines_[index]->epoch;
}

std::size_t FeedTracker::open_epoch(const Descriptor& d, Restart::Kind kind) {
  const FeedEpoch& before = epochs_.back();
  Restart restart;
  restart.at = d.time;
  restart.idle = before.last_time == kNoTime ? DurationNs{0} : d.time - before.last_time;
  restart.frame = d.frame;
  restart.input = d.input;
  restart.from_session = before.session;
  restart.to_session = d.session;
  restart.last_number = before.started ? numbers_.wire(before.next == before.start ? before.next : before.next - 1) : 0;
  restart.first_number = d.first;
  restart.kind = kind;
  restart.lines = 0;
  const bool noted = note_restart(restart);

  ++epochs_total_;
  if (epochs_.size() >= kMaxEpochs) drop_oldest_epoch(d.time);
  FeedEpoch& opened = epochs_.emplace_back();
  opened.session = d.session;
  opened.opened_inside = true;
  opened.noted = noted;
  opened.is_silent = kind == Restart::Kind::silent;
  opened.lines.resize(lines_.size());
  return epochs_.size() - 1;
}

bool FeedTracker::note_restart(const Restart& restart) {
  if (restarts_.size() >= EpisodeBook::kMaxEpisodes) {
    ++suppressed_;
    return false;
  }
  restarts_.push_back(restart);
  return true;
}

void FeedTracker::enter_epoch(std::uint32_t index, std::size_t epoch) {
  Line& line = *lines_[index];
  release_suspects(index);
  line.watch(false);
  line.epoch = epoch;
  ++line.resets;
  if (!restarts_.empty()) ++restarts_.back().lines;
}

void FeedTracker::reset(std::uint32_t index, const Descriptor& d) {
  Line& line = *lines_[index];
  const LineEpoch& at = epochs_[line.epoch].lines[index];
  // Several marks may announce one restart (a site change does); an epoch that has brought nothing yet is still that one.
  if (at.started && at.has_units) {
    const std::size_t newest = epochs_.size() - 1;
    enter_epoch(index, newest > line.epoch ? newest : open_epoch(d, Restart::Kind::mark));
  }
  FeedEpoch& epoch = epochs_[line.epoch];
  LineEpoch& now = epoch.lines[index];
  const std::uint64_t first = epoch.started ? numbers_.near(d.first, epoch.next) : numbers_.start_at(d.first);
  if (!epoch.started) {
    epoch.started = true;
    epoch.start = epoch.next = first;
    epoch.first_time = d.time;
  }
  if (!now.started) {
    now.started = true;
    now.start = now.next = epoch.start;
    now.horizon = now.horizon_candidate = now.start;
  }
  if (d.count != 0) {
    Descriptor units = d;
    units.kind = RunKind::data;
    number(index, units, true);
  }
}

// How far ahead of what it has shown a line may credibly be at once: a few reorder windows, or what it carries, at
// several times the rate that its numbers have shown, in the time since its last packet. A loss beyond that is believed as
// soon as the next packets agree.
std::uint64_t FeedTracker::reach(std::uint32_t index, TimeNs now) const {
  constexpr std::uint64_t kWindows = 4;
  constexpr double kTimesItsRate = 4;
  const Line& line = *lines_[index];
  const BurstTracker::Totals& all = line.bursts.totals();
  const std::uint64_t units = unit_ == SequenceUnit::packet ? all.packets : std::max(all.messages, all.packets);
  const std::uint64_t units_a_packet = units / std::max<std::uint64_t>(all.packets, 1) + 1;
  const std::uint64_t most = numbers_.is_narrow() ? kCredibleJumpNarrow : kCredibleJump;
  double reached = static_cast<double>(kWindows * framing_->reorder_packets * units_a_packet);
  if (line.before_last != kNoTime && line.before_last > line.first && now > line.before_last) {
    const std::uint64_t shown = std::max(units, epochs_[line.epoch].lines[index].expected());
    const auto life = static_cast<double>((line.before_last - line.first).ns);
    const auto since = static_cast<double>((now - line.before_last).ns);
    reached += kTimesItsRate * static_cast<double>(shown) * (since / life);
  }
  return reached < static_cast<double>(most) ? static_cast<std::uint64_t>(reached) : most;
}

bool FeedTracker::is_suspect(std::uint32_t index, const LineEpoch& at, const Descriptor& d, std::uint64_t first,
                             std::uint64_t end) const {
  const Line& line = *lines_[index];
  if (d.session != epochs_[line.epoch].session) return false;  // a late packet of a session that is over
  if (returns(index, d)) return true;
  const bool follows = follows_suspects(index, d);
  if (first > at.next) {
    if (follows && is_ahead(index, line.suspects[0])) return true;
    // Where a sister has been a line may be.
    const std::uint64_t known = std::max(at.next, epochs_[line.epoch].next);
    return first > known && first - known > reach(index, d.time);
  }
  if (end > at.next || first == at.next) return false;
  // A line may begin out of order: below its start by no more than it has brought.
  const bool begins_so = at.packets <= framing_->reorder_packets && at.start - first <= at.next - at.start;
  if (first < at.start && begins_so && !follows) return false;
  const bool has_just_begun = at.packets <= framing_->reorder_packets && d.time - line.first < kSoonestRestart;
  const bool is_first_number = d.first <= space_.first + 1 && at.next - first > 1 && !has_just_begun;
  // Sessions say themselves when they begin; then an old number is an old packet, unless it is the very first one.
  if (d.session != 0 && !(is_first_number && first < at.horizon) && !follows) return false;
  // What fills a hole is late; but far behind it may be a restart that runs over old holes: the next ones tell.
  const bool is_late = first >= at.horizon || (line.suspect_count != 0 && is_ahead(index, line.suspects[0]));
  if (is_late && !follows && at.holes.overlaps(first, end)) return false;
  return first < at.horizon || is_first_number || (at.next - first > 1 && follows);
}

bool FeedTracker::follows_suspects(std::uint32_t index, const Descriptor& d) const {
  const Line& line = *lines_[index];
  if (line.suspect_count == 0) return false;
  const Descriptor& last = line.suspects[line.suspect_count - 1];
  const std::uint64_t after = last.first + last.count;
  return d.first >= after && d.first - after <= std::max(kAgreement, reach(index, d.time));
}

bool FeedTracker::is_ahead(std::uint32_t index, const Descriptor& d) const {
  const FeedEpoch& epoch = epochs_[lines_[index]->epoch];
  return numbers_.near(d.first, epoch.next) > epoch.lines[index].next;
}

void FeedTracker::suspect(std::uint32_t index, const Descriptor& d) {
  Line& line = *lines_[index];
  if (line.suspect_count != 0 && !follows_suspects(index, d)) release_suspects(index);
  if (line.suspect_count == 0) {
    line.held_before = line.before_last;
    line.held_feed_before = before_last_time_;
    line.held_feed_packets = packets_ - line.feed_packets_before;
  }
  line.suspects[line.suspect_count] = d;
  line.set_suspects(line.suspect_count + 1);
  if (line.suspect_count == line.suspects.size()) restart(index);
}

void FeedTracker::release_suspects(std::uint32_t index) {
  Line& line = *lines_[index];
  const std::uint32_t count = line.suspect_count;
  line.set_suspects(0);
  for (std::uint32_t i = 0; i < count; ++i) release_suspect(index, line.suspects[i]);
}

void FeedTracker::release_suspect(std::uint32_t index, const Descriptor& d) {
  Line& line = *lines_[index];
  FeedEpoch& epoch = epochs_[line.epoch];
  LineEpoch& at = epoch.lines[index];
  const std::uint64_t first = numbers_.near(d.first, epoch.next);
  // Below: units seen before, once more. Ahead: a late packet of the epoch before, or a number that nothing confirmed.
  if (first >= at.next && d.kind == RunKind::data && (returns(index, d) || fills_old(index, d))) {
    into_old(index, d);
  } else if (first >= at.next || first < at.start) {
    ++line.out_of_range_packets;
  } else if (d.kind == RunKind::data) {
    close_expired(epoch, index, d.time);
    const bool is_late = at.holes.overlaps(first, first + d.count);
    line_behind(epoch, index, d, first, first + d.count);
    if (is_late) feed_units(epoch, *lines_[index], index, d, first, first + d.count);
  }
}

// Whether all that is held was missing: a hole that is filled late, not a restart.
bool FeedTracker::are_missing(std::uint32_t index) const {
  const Line& line = *lines_[index];
  const FeedEpoch& epoch = epochs_[line.epoch];
  for (std::uint32_t i = 0; i < line.suspect_count; ++i) {
    const Descriptor& d = line.suspects[i];
    const std::uint64_t first = numbers_.near(d.first, epoch.next);
    std::uint64_t missing = 0;
    epoch.lines[index].holes.for_each_missing(first, first + d.count,
                                              [&](const Hole& part) { missing += part.count(); });
    if (d.kind != RunKind::data || missing != d.count) return false;
  }
  return true;
}

void FeedTracker::accept_suspects(std::uint32_t index) {
  Line& line = *lines_[index];
  const std::array<Descriptor, 3> agreed = line.suspects;
  const std::uint32_t count = line.suspect_count;
  line.set_suspects(0);
  // What was before the first of them, not what came while they were held.
  const TimeNs before = std::exchange(line.before_last, line.held_before);
  const TimeNs feed_before = std::exchange(before_last_time_, line.held_feed_before);
  const std::uint64_t packets_before = std::exchange(line.feed_packets_before, packets_ - line.held_feed_packets);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (agreed[i].kind == RunKind::data) {
      number(index, agreed[i], true);
    } else {
      heartbeat(index, agreed[i], true);
    }
    line.before_last = agreed[i].time;
    before_last_time_ = feed_before;
    line.feed_packets_before = packets_before;
  }
  line.before_last = before;
}

void FeedTracker::restart(std::uint32_t index) {
  Line& line = *lines_[index];
  const Descriptor begun_by = line.suspects[0];
  if (returns(index, begun_by)) return undo_restart();
  if (is_on_trial(line.epoch) && goes_on(line.epoch - 1, epochs_[line.epoch].opened_by.time)) undo_restart();
  const FeedEpoch& epoch = epochs_[line.epoch];
  const std::uint64_t first = numbers_.near(begun_by.first, epoch.next);
  const bool is_behind = first <= epoch.lines[index].next;
  const bool is_jump = !is_behind && !(numbers_.is_narrow() && first - epoch.lines[index].next > kCredibleJumpNarrow);
  if (!is_jump) {
    // A line that repeats old packets while its sister goes on is no restart of the feed.
    if (is_behind && (are_missing(index) || goes_on(line.epoch, begun_by.time))) return release_suspects(index);
    const std::uint32_t held = line.suspect_count;
    line.set_suspects(0);
    const std::size_t newest = epochs_.size() - 1;
    if (epochs_[newest].session != begun_by.session) return release_suspects(index);  // of a session that is over
    const bool is_new = newest == line.epoch;
    enter_epoch(index, is_new ? open_epoch(begun_by, Restart::Kind::silent) : newest);
    if (is_new && is_behind) put_on_trial(line.epoch, begun_by);
    line.watch(is_on_trial(line.epoch) && is_from_middle(epochs_[line.epoch]));
    line.set_suspects(held);
  }
  accept_suspects(index);
}

// At the end of input nothing more can confirm or contradict.
void FeedTracker::settle_suspects() {
  for (std::uint32_t i = 0; i < lines_.size(); ++i) {
    if (lines_[i]->suspect_count != 0 && returns(i, lines_[i]->suspects[0])) undo_restart();
  }
  for (std::uint32_t i = 0; i < lines_.size(); ++i) {
    if (lines_[i]->is_watched && has_met_old_end(i)) undo_restart();
  }
  const std::size_t newest = epochs_.size() - 1;
  if (is_on_trial(newest) && goes_on(newest - 1, epochs_[newest].opened_by.time)) undo_restart();
  for (std::uint32_t i = 0; i < lines_.size(); ++i) {
    const Line& line = *lines_[i];
    if (line.suspect_count == 0) continue;
    const FeedEpoch& epoch = epochs_[line.epoch];
    const bool is_shown = line.suspect_count > 1 || numbers_.near(line.suspects[0].first, epoch.next) <= epoch.next;
    if (is_ahead(i, line.suspects[0]) && is_shown && !numbers_.is_narrow()) {
      accept_suspects(i);
    } else {
      release_suspects(i);
    }
  }
}

}  // namespace wirecause
