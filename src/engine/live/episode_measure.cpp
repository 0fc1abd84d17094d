// SPDX-License-Identifier: Apache-2.0
#include "engine/live/episode_measure.hpp"

#include <algorithm>

namespace wirecause {
namespace {

// Before the first and after the last drop by this much the queue is what it usually is: two samples.
constexpr DurationNs kBeside = milliseconds(20);

std::uint64_t per_second(std::uint64_t count, DurationNs time) {
  if (time.ns <= 0) return 0;
  return static_cast<std::uint64_t>(static_cast<double>(count) * 1e9 / static_cast<double>(time.ns));
}

bool is_half_full(const SocketSample& sample) { return std::uint64_t{sample.queue_bytes} * 2 > sample.buffer_bytes; }

struct Window {
  std::size_t first = 0;  // indices of samples, both included
  std::size_t last = 0;
};

std::optional<Window> window_of(const DropEpisode& episode, const SocketTrail& trail) {
  const auto last = trail.last_at_or_before(episode.last + kMargin);
  if (!last) return std::nullopt;
  const std::size_t first = trail.last_at_or_before(episode.first - kMargin).value_or(0);
  if (first > *last) return std::nullopt;
  return Window{first, *last};
}

void measure_queue(EpisodeMeasure& out, const DropEpisode& episode, const SocketTrail& trail, Window window) {
  for (std::size_t i = window.first; i <= window.last; ++i) {
    const SocketSample& sample = trail.at(i);
    ++out.samples;
    if (is_half_full(sample)) ++out.full_samples;
    out.queue_peak = std::max(out.queue_peak, sample.queue_bytes);
  }
  if (const auto before = trail.last_at_or_before(episode.first - kBeside)) {
    out.queue_before = trail.at(*before).queue_bytes;
  }
  const std::size_t after = trail.last_at_or_before(episode.last + kBeside).value_or(0) + 1;
  if (after < trail.size()) out.queue_after = trail.at(after).queue_bytes;
}

std::uint64_t reads_between(const SocketSample& before, const SocketSample& now) {
  if (!before.reads || !now.reads) return 0;
  return *now.reads - std::min(*now.reads, *before.reads);
}

// Over the steps between samples that `is_busy` takes for time in which there was something to read.
template <class IsBusy>
std::optional<std::uint64_t> busy_rate(const SocketTrail& trail, Window window, IsBusy&& is_busy) {
  std::uint64_t reads = 0;
  DurationNs busy{0};
  for (std::size_t i = window.first + 1; i <= window.last; ++i) {
    const SocketSample& before = trail.at(i - 1);
    const SocketSample& now = trail.at(i);
    if (!before.reads || !now.reads || !is_busy(before, now)) continue;
    reads += reads_between(before, now);
    busy = busy + (now.time - before.time);
  }
  return busy.ns > 0 ? std::optional(per_second(reads, busy)) : std::nullopt;
}

// Where the queue was never seen waiting twice in a row, the steps around drops and single sightings: they hold idle time,
// so the reader is at least that fast.
std::optional<std::uint64_t> read_rate(const SocketTrail& trail, Window window) {
  const auto waits = [](const SocketSample& before, const SocketSample& now) {
    return before.queue_bytes != 0 && now.queue_bytes != 0;
  };
  const auto touches = [](const SocketSample& before, const SocketSample& now) {
    return before.queue_bytes != 0 || now.queue_bytes != 0 || now.drops != before.drops;
  };
  const auto rate = busy_rate(trail, window, waits);
  return rate ? rate : busy_rate(trail, window, touches);
}

void measure_rates(EpisodeMeasure& out, const SocketTrail& trail, Window window) {
  const SocketSample& first = trail.at(window.first);
  const SocketSample& last = trail.at(window.last);
  const DurationNs time = last.time - first.time;
  if (time.ns <= 0) return;
  out.arrival_rate = per_second(last.arrived - std::min(last.arrived, first.arrived), time);
  if (first.reads && last.reads) out.reads = reads_between(first, last);
  out.read_rate = read_rate(trail, window);
}

// The last sample before the drops that saw the queue (nearly) empty: there the filling begins.
TimeNs filling_since(const DropEpisode& episode, const SocketTrail& trail) {
  constexpr std::uint32_t kNearlyEmpty = 10;  // a tenth of the buffer
  auto at = trail.last_at_or_before(episode.first);
  if (!at) return episode.first;
  for (std::size_t i = *at + 1; i-- > 0;) {
    const SocketSample& sample = trail.at(i);
    if (std::uint64_t{sample.queue_bytes} * kNearlyEmpty <= sample.buffer_bytes) return sample.time;
  }
  return trail.at(0).time;
}

void measure_burst(EpisodeMeasure& out, const DropEpisode& episode, TimeNs since,
                   const std::vector<const ArrivalBins*>& bins) {
  constexpr std::uint64_t kPerSecond = 1'000;  // bins
  const std::uint64_t usual = 2 * out.arrival_rate.value_or(0) / kPerSecond;
  for (const ArrivalBins* line : bins) {
    const ArrivalBins::Stretch stretch = line->burst(since, episode.last, usual);
    out.burst.packets += stretch.packets;
    out.burst.length = std::max(out.burst.length, stretch.length);
  }
}

std::optional<std::uint64_t> growth(std::optional<std::uint64_t> from, std::optional<std::uint64_t> to) {
  if (!from || !to || *to < *from) return std::nullopt;
  return *to - *from;
}

// The kernel writes down what a thread waited, and for how long a cgroup was throttled, when that is over: hence up to the
// next read.
std::optional<FallingBehind> falling_behind(const DropEpisode& episode, TimeNs since, const SocketTrail& trail,
                                            Window window) {
  const auto from = trail.last_at_or_before(since);
  if (!from) return std::nullopt;
  const SocketSample& begin = trail.at(*from);
  std::size_t at = std::max(*from, trail.last_at_or_before(episode.last).value_or(*from));
  const auto is_enough = [&] {
    return trail.at(at).time >= episode.last && trail.at(at).reads != trail.at(at - 1).reads;
  };
  while (at < window.last && (at == *from || !is_enough())) ++at;
  const SocketSample& end = trail.at(at);
  if (end.time <= begin.time) return std::nullopt;
  FallingBehind out;
  out.from = begin.time;
  out.to = end.time;
  out.arrived = end.arrived - std::min(end.arrived, begin.arrived);
  out.reads = growth(begin.reads, end.reads);
  out.throttled_us = growth(begin.throttled_us, end.throttled_us);
  if (begin.thread && end.thread) {
    out.on_cpu_ns = growth(begin.thread->on_cpu_ns, end.thread->on_cpu_ns);
    out.run_delay_ns = growth(begin.thread->run_delay_ns, end.thread->run_delay_ns);
  }
  return out;
}

template <class Span>
bool touches(const Span& span, TimeNs from, TimeNs to) {
  return span.from <= to && span.to >= from;
}

template <class Spans>
auto longest_in(const Spans& spans, TimeNs from, TimeNs to) {
  using Span = typename Spans::value_type;
  std::optional<Span> longest;
  for (const Span& span : spans) {
    if (touches(span, from, to) && (!longest || span.to - span.from > longest->to - longest->from)) longest = span;
  }
  return longest;
}

// Where nothing came, nobody missed a read: a gap begins with the first datagram that came in it.
std::vector<ReadGap> gaps_with_arrivals(const SocketTrail& trail, const std::vector<const ArrivalBins*>& bins) {
  std::vector<ReadGap> gaps = trail.gaps();
  for (ReadGap& gap : gaps) {
    TimeNs first = gap.to;
    for (const ArrivalBins* line : bins) first = std::min(first, line->first_arrival(gap.from, gap.to));
    gap.from = std::min(first, gap.to);
  }
  return gaps;
}

}  // namespace

EpisodeMeasure measure_episode(const DropEpisode& episode, const SocketTrail& trail,
                               const std::vector<const ArrivalBins*>& bins) {
  EpisodeMeasure out;
  const auto window = window_of(episode, trail);
  if (!window) return out;
  out.from = trail.at(window->first).time;
  out.to = trail.at(window->last).time;
  measure_queue(out, episode, trail, *window);
  measure_rates(out, trail, *window);
  const TimeNs since = filling_since(episode, trail);
  measure_burst(out, episode, since, bins);
  out.behind = falling_behind(episode, since, trail, *window);
  out.gap = longest_in(gaps_with_arrivals(trail, bins), since, episode.last);
  // Reads are observed and no gap is known: then there was none that is worth the name.
  if (!out.gap && out.reads) out.gap = ReadGap{since, since, {}, {}, {}, {}, {}, {}};
  out.absence = longest_in(trail.absences(), since, episode.last);
  return out;
}

}  // namespace wirecause
