// The steady path: what every packet of a feed passes. Counting, and the next units of a line that is in order; anything
// else leaves it for feed_tracker.cpp. Measured to the nanosecond, hence in one file, where it is compiled into one
// function.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "feed/feed_tracker.hpp"

namespace wirecause {

inline void FeedTracker::count_packet(Line& line, const Descriptor& d) {
  if (d.sent != kNoTime && d.kind == RunKind::data) latency_.sample(d.sent, d.time);
  if (!d.is(Descriptor::kFirstOfPacket)) [[unlikely]] {
    line.bursts.more_messages(d.messages);
    return;
  }
  if (d.is(Descriptor::kTruncated)) [[unlikely]]
    ++truncated_datagrams_;
  if (line.last != kNoTime) [[likely]] {
    line.inter_arrival.record((d.time - line.last).ns);
  } else {
    line.first = d.time;
  }
  line.before_last = line.last;
  line.last = later(line.last, d.time);
  line.feed_packets_before = line.feed_packets_last;
  line.feed_packets_last = packets_;
  line.bursts.packet(d.time, d.messages, d.bytes);

  if (packets_++ == 0) [[unlikely]] {
    first_time_ = before_last_time_ = last_time_ = d.time;
    last_sent_ = d.sent;
    return;
  }
  const DurationNs pause = d.time - last_time_;
  // Below zero is above all as an unsigned number.
  if (static_cast<std::uint64_t>(pause.ns) > static_cast<std::uint64_t>(longest_pause_.ns)) [[unlikely]] {
    unusual_pause(line, d, pause);
  } else {
    before_last_time_ = last_time_;
    last_time_ = d.time;
  }
  last_sent_ = d.sent;
}

// A line alone keeps only its first arrivals: what a sister that turns up shortly after is measured against.
inline void FeedTracker::first_arrival(FeedEpoch& epoch, Line& line, std::uint32_t index, TimeNs now,
                                       std::uint64_t first, std::uint64_t end) {
  if (lines_.size() == 1 && epoch.arrivals.end() >= FirstArrivals::kCapacity) return;
  epoch.arrivals.push(first, end, now, index);
  line.led += end - first;
}

[[gnu::always_inline]] inline void FeedTracker::measure_lag(FeedEpoch& epoch, Line& line, std::uint32_t index,
                                                            TimeNs now, std::uint64_t first, std::uint64_t end) {
  LineEpoch& at = epoch.lines[index];
  if (end < at.next) return;  // a late or repeated run says nothing of the line's lag
  epoch.arrivals.seek(at.cursor, first);
  for (FirstArrivals::Cursor c = at.cursor; c < epoch.arrivals.end(); ++c) {
    const FirstArrival& arrival = epoch.arrivals.at(c);
    if (arrival.first >= end) break;
    if (arrival.line == index) continue;
    if (!line.lag) [[unlikely]]
      line.lag.emplace();
    const std::uint64_t units = std::min(end, arrival.end) - std::max(first, arrival.first);
    line.lag->record((now - arrival.time).ns, static_cast<std::uint32_t>(std::min<std::uint64_t>(units, 0xffff'ffffU)));
    if (arrival.end >= end) break;
  }
}

// The next units of a line that has begun. Does what number() would; false: it is something else, and nothing was done.
inline bool FeedTracker::in_order(Line& line, std::uint32_t index, const Descriptor& d) {
  FeedEpoch& epoch = epochs_[line.epoch];
  LineEpoch& at = epoch.lines[index];
  if (epoch.session != d.session || !at.has_units || line.detour != 0) [[unlikely]]
    return false;
  const std::uint64_t first = numbers_.near(d.first, epoch.next);
  const std::uint64_t end = first + d.count;
  if (first != at.next || end <= first) [[unlikely]]
    return false;
  if (++at.packets - at.horizon_packet >= framing_->reorder_packets) [[unlikely]]
    at.roll_horizon();
  at.seen += d.count;
  at.next = end;
  at.last_unit = end - 1;
  epoch.last_time = later(epoch.last_time, d.time);
  if (first == epoch.next) {
    epoch.delivered += d.count;
    epoch.next = end;
    first_arrival(epoch, line, index, d.time, first, end);
  } else if (end <= epoch.next && first >= epoch.start && !epoch.holes.overlaps(first, end)) [[likely]] {
    if (lines_.size() > 1) measure_lag(epoch, line, index, d.time, first, end);
  } else {
    feed_units(epoch, line, index, d, first, end);
  }
  return true;
}

void FeedTracker::on(std::uint32_t index, const Descriptor& d) {
  Line& line = *lines_[index];
  count_packet(line, d);
  if (d.kind != RunKind::data) [[unlikely]]
    return other_than_data(index, d);
  if (d.is(Descriptor::kConsumingHeartbeat | Descriptor::kCountIsMinimum)) [[unlikely]]
    note_marks(line, d);
  if (in_order(line, index, d)) [[likely]]
    return;
  number(index, d, false);
}

// What a run brings the feed: first arrivals, what another line has brought already, or what was missing.
void FeedTracker::feed_units(FeedEpoch& epoch, Line& line, std::uint32_t index, const Descriptor& d,
                             std::uint64_t first, std::uint64_t end) {
  if (first < epoch.next) [[likely]] {
    const std::uint64_t known_end = std::min(end, epoch.next);
    if (first < epoch.start || epoch.holes.overlaps(first, known_end)) [[unlikely]] {
      feed_behind(epoch, index, d, first, known_end);
    } else if (lines_.size() > 1) {
      measure_lag(epoch, line, index, d.time, first, known_end);
    }
    if (end <= epoch.next) [[likely]]
      return;
    first = epoch.next;
  }
  if (first > epoch.next) open_feed_hole(epoch, index, d, epoch.next, first);
  epoch.delivered += end - first;
  epoch.next = end;
  first_arrival(epoch, line, index, d.time, first, end);
}

}  // namespace wirecause
