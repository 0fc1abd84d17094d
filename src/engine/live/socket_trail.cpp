// SPDX-License-Identifier: Apache-2.0
#include "engine/live/socket_trail.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace wirecause {
namespace {

template <class Queue, class Item>
void push_bounded(Queue& queue, Item&& item, std::size_t most) {
  if (queue.size() >= most) queue.pop_front();
  queue.push_back(std::forward<Item>(item));
}

constexpr std::string_view kStates = "RSDT";

void count_state(ReadGap& gap, const SocketSample& sample) {
  if (!sample.thread) return;
  const char letter = sample.thread->state == 't' ? 'T' : sample.thread->state;
  const auto found = kStates.find(letter);
  if (found != std::string_view::npos) ++gap.states[found];
}

std::optional<std::uint64_t> growth(std::optional<std::uint64_t> from, std::optional<std::uint64_t> to) {
  if (!from || !to || *to < *from) return std::nullopt;
  return *to - *from;
}

}  // namespace

void SocketTrail::set_counters(ReadGap& gap, const SocketSample& from, const SocketSample& to) {
  gap.throttled_us = growth(from.throttled_us, to.throttled_us);
  if (!from.thread || !to.thread) return;
  gap.on_cpu_ns = growth(from.thread->on_cpu_ns, to.thread->on_cpu_ns);
  gap.run_delay_ns = growth(from.thread->run_delay_ns, to.thread->run_delay_ns);
  gap.involuntary = growth(from.thread->involuntary_switches, to.thread->involuntary_switches);
}

void SocketTrail::close_gap(const SocketSample& sample, TimeNs from, TimeNs to) {
  if (to - from < kShortestGap) return;
  ReadGap gap = is_open_ ? open_ : ReadGap{};
  gap.from = from;
  gap.to = to;
  set_counters(gap, at_last_read_, sample);
  push_bounded(gaps_, std::move(gap), kGaps);
}

// While the queue is empty nobody has anything to read: a pause counts from the last sample that saw it empty.
void SocketTrail::add(const SocketSample& sample, std::optional<ReadPause> pause) {
  const bool has_read = sample.reads && (samples_.empty() || samples_.back().reads != sample.reads);
  const bool is_empty = sample.queue_bytes == 0;
  if (has_read && pause && !samples_.empty()) {
    const bool was_empty = samples_.back().queue_bytes == 0 && !is_open_;
    // What arrived after an empty sample may have come at any time since: the pause is counted from the sample on.
    const TimeNs from =
        was_empty ? std::max(pause->from, samples_.back().time) : std::max(pause->from, at_last_read_.time);
    const bool came_with_data = sample.arrived != at_last_read_.arrived || !was_empty;
    if (came_with_data) close_gap(sample, std::min(from, pause->to), pause->to);
  }
  if (has_read || is_empty || !sample.reads) {
    at_last_read_ = sample;
    is_open_ = false;
    was_asked_ = false;
    open_ = {};
  } else {
    if (!is_open_) open_.from = at_last_read_.time;
    is_open_ = true;
    open_.to = sample.time;
    count_state(open_, sample);
  }
  push_bounded(samples_, sample, kSamples);
}

void SocketTrail::add(ReaderAbsence absence) { push_bounded(absences_, std::move(absence), kOffCpu); }

bool SocketTrail::wants_reason(TimeNs now) const { return is_open_ && !was_asked_ && now - open_.from >= kAskAfter; }

void SocketTrail::set_reason(std::string waits_in) {
  open_.waits_in = std::move(waits_in);
  was_asked_ = true;
}

std::vector<ReadGap> SocketTrail::gaps() const {
  std::vector<ReadGap> all(gaps_.begin(), gaps_.end());
  if (is_open_ && !samples_.empty()) {
    all.push_back(open_);
    set_counters(all.back(), at_last_read_, samples_.back());
  }
  return all;
}

std::optional<std::size_t> SocketTrail::last_at_or_before(TimeNs time) const {
  const auto after = std::partition_point(samples_.begin(), samples_.end(),
                                          [time](const SocketSample& sample) { return sample.time <= time; });
  if (after == samples_.begin()) return std::nullopt;
  return static_cast<std::size_t>(after - samples_.begin()) - 1;
}

}  // namespace wirecause
