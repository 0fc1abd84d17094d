// Routing of runs and counting of packets; what numbers mean is arbitration.cpp, restarts are feed_restart.cpp.
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
  lines_.push_back(std::make_unique<Line>(first_line, 0));
  settled_lines_.resize(1);
  line_has_units_.resize(1);
  epochs_.reserve(kMaxEpochs + 1);
  epochs_.emplace_back().lines.resize(1);
}

void FeedTracker::on(std::uint32_t line, const Descriptor& d) {
  count_packet(*lines_[line], d);
  switch (d.kind) {
    case RunKind::data:
      if (d.is(Descriptor::kConsumingHeartbeat)) count_heartbeat(*lines_[line]);
      number(line, d, false);
      return;
    case RunKind::heartbeat:
    case RunKind::end_of_session:
      count_heartbeat(*lines_[line]);
      if (!d.is(Descriptor::kNoNumber)) heartbeat(line, d, false);
      return;
    case RunKind::retransmission:
      lines_[line]->retransmissions += d.count;
      (void)retransmitted(d);
      return;
    case RunKind::reset:
      reset(line, d);
      return;
    case RunKind::unsequenced:
      ++lines_[line]->unsequenced;
      return;
  }
}

void FeedTracker::count_packet(Line& line, const Descriptor& d) {
  line.messages += d.messages;
  if (d.is(Descriptor::kMessagesUnknown)) line.messages_unknown = true;
  if (d.sent != kNoTime && d.kind == RunKind::data) latency_.sample(d.sent, d.time);
  if (!d.is(Descriptor::kFirstOfPacket)) {
    line.bursts.more_messages(d.messages);
    return;
  }
  if (d.is(Descriptor::kTruncated)) ++truncated_datagrams_;
  if (line.packets != 0) {
    line.inter_arrival.record((d.time - line.last).ns);
  } else {
    line.first = d.time;
  }
  line.before_last = line.last;
  line.last = std::max(line.last, d.time);
  line.feed_packets_before = line.feed_packets_last;
  line.feed_packets_last = packets_;
  line.bytes += d.bytes;
  ++line.packets;
  line.bursts.packet(d.time, d.messages, d.bytes);

  if (packets_ != 0) {
    watch_silence(d);
  } else {
    first_time_ = d.time;
  }
  ++packets_;
  before_last_time_ = packets_ == 1 ? d.time : last_time_;
  last_time_ = std::max(last_time_, d.time);
  if (d.sent != kNoTime) last_sent_ = d.sent;
}

void FeedTracker::count_heartbeat(Line& line) {
  ++line.heartbeats;
  ++heartbeats_;
}

void FeedTracker::watch_silence(const Descriptor& d) {
  const DurationNs pause = d.time - last_time_;
  if (pause > longest_pause_) [[unlikely]] {
    const SilenceContext context{framing_->heartbeat_interval, longest_pause_, packets_, heartbeats_};
    if (is_silence(pause, context)) {
      if (silences_.size() < EpisodeBook::kMaxEpisodes) {
        silences_.push_back({last_time_, d.time, last_sent_, d.sent, d.frame, d.input, d.line, continues(d), false});
      }
      return;  // a silence is no measure of the usual pause
    }
    longest_pause_ = pause;
  }
}

bool FeedTracker::continues(const Descriptor& d) const {
  const FeedEpoch& epoch = epochs_.back();
  return epoch.started && d.session == epoch.session && numbers_.near(d.first, epoch.next) <= epoch.next;
}

void FeedTracker::number(std::uint32_t index, const Descriptor& d, bool trusted) {
  Line& line = *lines_[index];
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
    if (!trusted && is_suspect(at, d, first, end)) {
      suspect(index, d);
      return;
    }
    if (line.suspect_count != 0 && !trusted) release_suspects(index);
  }
  if (!at.started) [[unlikely]] start_line(epoch, index, d, first);
  ++at.packets;
  if (at.packets - at.horizon_packet >= framing_->reorder_packets) {
    at.horizon = at.horizon_candidate;
    at.horizon_candidate = at.next;
    at.horizon_packet = at.packets;
  }
  line_units(epoch, index, d, first, end);
  feed_units(epoch, index, d, first, end);
  epoch.last_time = std::max(epoch.last_time, d.time);
}

void FeedTracker::heartbeat(std::uint32_t index, const Descriptor& d, bool trusted) {
  FeedEpoch& epoch = epochs_[epoch_of(index, d)];
  LineEpoch& at = epoch.lines[index];
  const std::uint64_t next = epoch.started ? numbers_.near(d.first, epoch.next) : numbers_.start_at(d.first);
  if (!trusted && at.started && next != at.next && is_suspect(at, d, next, next)) {
    suspect(index, d);
    return;
  }
  if (!at.started) start_line(epoch, index, d, next);
  if (next > at.next) {
    open_line_hole(epoch, index, d, at.next, next);
    at.next = next;
  }
  if (next > epoch.next) {
    open_feed_hole(epoch, d, epoch.next, next);
    epoch.next = next;
  }
  epoch.last_time = std::max(epoch.last_time, d.time);
}

std::uint64_t FeedTracker::retransmitted(const Descriptor& d) {
  FeedEpoch& epoch = epochs_.back();
  if (!epoch.started || (d.session != 0 && epoch.session != 0 && d.session != epoch.session)) return 0;
  const std::uint64_t first = numbers_.near(d.first, epoch.next);
  std::uint64_t brought = 0;
  epoch.holes.fill(first, first + d.count, [&](const Hole& part) { brought += part.count(); });
  epoch.delivered += brought;
  return brought;
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
