// What leaves the steady path (feed_packet.cpp): heartbeats, marks, and runs out of order. What numbers mean is
// arbitration.cpp, restarts are feed_restart.cpp.
// SPDX-License-Identifier: Apache-2.0
#include "feed/feed_tracker.hpp"

#include <algorithm>

#include "feed/silence.hpp"

namespace wirecause {

FeedTracker::FeedTracker(const Framing& framing, const FramingConfig& config, LineOrigin first_line,
                         const FeedOptions& options)
    : framing_(&framing),
      space_(number_space(framing, config)),
      unit_(sequence_unit(framing, config)),
      numbers_(space_),
      options_(options),
      latency_(options.clock_error) {
  lines_.emplace_back().emplace(first_line, 0U);
  settled_lines_.resize(1);
  line_has_units_.resize(1);
  epochs_.reserve(kMaxEpochs + 1);
  epochs_.emplace_back().lines.resize(1);
}

void FeedTracker::other_than_data(std::uint32_t index, const Descriptor& d) {
  Line& line = *lines_[index];
  switch (d.kind) {
    case RunKind::data:
      return;
    case RunKind::heartbeat:
    case RunKind::end_of_session:
      // Beside another run of its packet it only says where numbers go on, as after a reset mark.
      if (d.is(Descriptor::kFirstOfPacket)) count_heartbeat(line);
      if (!d.is(Descriptor::kNoNumber)) heartbeat(index, d, false);
      return;
    case RunKind::retransmission:
      line.retransmissions += d.count;
      (void)retransmitted(d);
      return;
    case RunKind::reset:
      reset(index, d);
      return;
    case RunKind::unsequenced:
      ++line.unsequenced;
      return;
  }
}

void FeedTracker::note_marks(Line& line, const Descriptor& d) {
  constexpr std::uint64_t kSmallestUnit = 16;  // bytes, a bound for what the rest of the datagram may have held
  if (d.is(Descriptor::kConsumingHeartbeat)) count_heartbeat(line);
  if (!d.is(Descriptor::kCountIsMinimum)) return;
  line.cut_at = numbers_.wire(numbers_.start_at(d.first) + d.count);
  line.cut_units = std::max<std::uint64_t>(d.bytes / kSmallestUnit, 1);
}

void FeedTracker::count_heartbeat(Line& line) {
  ++line.heartbeats;
  ++heartbeats_;
}

// Longer than any before, or back in time.
void FeedTracker::unusual_pause(Line& line, const Descriptor& d, DurationNs pause) {
  before_last_time_ = last_time_;
  if (pause.ns < 0) return stepped_back(d, DurationNs{-pause.ns});
  const SilenceContext context{framing_->heartbeat_interval, longest_pause_, packets_ - 1, heartbeats_};
  if (!has_rhythm(context)) {
    longest_pause_ = early_pauses_.add(pause);
  } else if (!is_silence(pause, context)) {
    longest_pause_ = pause;  // a silence is no measure of the usual pause
  } else {
    return silence_ends(line, d);
  }
  last_time_ = d.time;
}

// One stamp may be wrong: time goes on when a second packet agrees.
void FeedTracker::silence_ends(Line& line, const Descriptor& d) {
  constexpr DurationNs kAgrees = seconds(1);
  if (is_in_doubt() && d.time + kAgrees >= doubtful_->to) {
    if (doubtful_->line == line.origin.id) line.before_last = std::max(line.before_last, doubtful_->to);
    believe_silence();
    const DurationNs pause = d.time - last_time_;
    if (pause > longest_pause_) return unusual_pause(line, d, pause);
    before_last_time_ = last_time_;
    last_time_ = std::max(last_time_, d.time);
    return;
  }
  if (doubtful_) wrong_until_ = std::max(wrong_until_, doubtful_->to);
  doubtful_ = Silence{last_time_, d.time, last_sent_, d.sent, d.frame, d.input, d.line, continues(d), false};
  line.last = line.before_last;
}

// Whether a silence has ended with one packet so far; any other that came at the old time has contradicted it.
bool FeedTracker::is_in_doubt() const { return doubtful_ && doubtful_->from == last_time_; }

void FeedTracker::believe_silence() {
  last_time_ = doubtful_->to;
  for (const auto& line : lines_) {
    if (line->origin.id == doubtful_->line) line->last = std::max(line->last, last_time_);
  }
  note_silence(*doubtful_);
  doubtful_.reset();
}

void FeedTracker::note_silence(const Silence& silence) {
  if (silences_.size() < EpisodeBook::kMaxEpisodes) {
    silences_.push_back(silence);
  } else {
    ++suppressed_;
  }
}

// A step back as large as the silence before it: the clock had stepped ahead, the publisher was not silent. Any other far
// step is believed once many packets agree; until then it may be wrong stamps.
void FeedTracker::stepped_back(const Descriptor& d, DurationNs step) {
  constexpr std::uint64_t kBelieved = 16;
  if (step < seconds(1)) return;
  steps_back_ = last_step_back_ + 1 == packets_ ? steps_back_ + 1 : 1;
  last_step_back_ = packets_;
  bool was_clock = false;
  if (!silences_.empty()) {
    const DurationNs length = silences_.back().to - silences_.back().from;
    was_clock = silences_.back().to > d.time && step.ns >= length.ns / 2 && step.ns / 2 <= length.ns;
  }
  if (!was_clock && steps_back_ < kBelieved) return;
  if (was_clock) silences_.pop_back();
  wrong_until_ = std::max(wrong_until_, last_time_);
  last_time_ = d.time;
}

bool FeedTracker::continues(const Descriptor& d) const {
  const FeedEpoch& epoch = epochs_.back();
  return epoch.started && d.session == epoch.session && numbers_.near(d.first, epoch.next) <= epoch.next;
}

void FeedTracker::number(std::uint32_t index, const Descriptor& d, bool trusted) {
  Line& line = *lines_[index];
  if (line.is_watched && has_met_old_end(index)) undo_restart();
  const std::size_t epoch_index = epoch_of(index, d);
  FeedEpoch& epoch = epochs_[epoch_index];
  LineEpoch& at = epoch.lines[index];
  const std::uint64_t first = epoch.started ? numbers_.near(d.first, epoch.next) : numbers_.start_at(d.first);
  const std::uint64_t end = first + d.count;
  if (end < first) {  // runs past 2^64: a damaged number
    ++line.out_of_range_packets;
    return;
  }
  if (at.started && (first != at.next || line.suspect_count != 0)) [[unlikely]] {
    if (!trusted && is_suspect(index, at, d, first, end)) {
      suspect(index, d);
      return;
    }
    // The next number, or one near it, takes back what was held; a late packet says nothing of it.
    if (line.suspect_count != 0 && !trusted && first >= at.next) release_suspects(index);
  }
  if (!at.started) [[unlikely]]
    start_line(epoch, index, d, first);
  if (++at.packets - at.horizon_packet >= framing_->reorder_packets) at.roll_horizon();
  line_units(epoch, index, d, first, end);
  feed_units(epoch, line, index, d, first, end);
  epoch.last_time = std::max(epoch.last_time, d.time);
}

void FeedTracker::heartbeat(std::uint32_t index, const Descriptor& d, bool trusted) {
  if (lines_[index]->is_watched && has_met_old_end(index)) undo_restart();
  FeedEpoch& epoch = epochs_[epoch_of(index, d)];
  LineEpoch& at = epoch.lines[index];
  const std::uint64_t next = epoch.started ? numbers_.near(d.first, epoch.next) : numbers_.start_at(d.first);
  if (!trusted && at.started && next != at.next && is_suspect(index, at, d, next, next)) {
    suspect(index, d);
    return;
  }
  if (!at.started) start_line(epoch, index, d, next);
  if (next > at.next) {
    open_line_hole(epoch, index, d, at.next, next);
    at.next = next;
  }
  if (next > epoch.next) {
    open_feed_hole(epoch, index, d, epoch.next, next);
    epoch.next = next;
  }
  epoch.last_time = std::max(epoch.last_time, d.time);
}

std::uint64_t FeedTracker::retransmitted(const Descriptor& d) {
  FeedEpoch& epoch = epochs_.back();
  if (!epoch.started || (d.session != 0 && epoch.session != 0 && d.session != epoch.session)) return 0;
  const std::uint64_t first = numbers_.near(d.first, epoch.next);
  return fill_feed_holes(epoch, first, first + d.count, d.time);
}

bool FeedTracker::misses(const Descriptor& d) const {
  const FeedEpoch& epoch = epochs_.back();
  if (!epoch.started || (d.session != 0 && epoch.session != 0 && d.session != epoch.session)) return false;
  const std::uint64_t first = numbers_.near(d.first, epoch.next);
  return epoch.holes.overlaps(first, first + d.count);
}

bool FeedTracker::misses_all(const Descriptor& d) const {
  const FeedEpoch& epoch = epochs_.back();
  if (!misses(d)) return false;
  const std::uint64_t first = numbers_.near(d.first, epoch.next);
  std::uint64_t missing = 0;
  epoch.holes.for_each_missing(first, first + d.count, [&](const Hole& part) { missing += part.count(); });
  return missing == d.count;
}

}  // namespace wirecause
