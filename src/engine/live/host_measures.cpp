// What was measured around an episode of drops: the socket and its reader.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/live/host_evidence.hpp"
#include "engine/live/live_records.hpp"
#include "evidence/drop_reason.hpp"

namespace wirecause {
namespace {

constexpr char kStateLetters[] = {'R', 'S', 'D', 'T'};

char most_seen(const ReadGap& gap) {
  const auto most = std::max_element(gap.states.begin(), gap.states.end());
  return *most == 0 ? '?' : kStateLetters[most - gap.states.begin()];
}

}  // namespace

Record HostEvidence::measured(const Episode& episode, std::string_view name, Subject subject, Unit unit,
                              std::int64_t value) const {
  Record record;
  record.shape = Shape::summary;
  record.name = name;
  record.subject = subject;
  record.from = widened(episode.first);
  record.to = std::min(episode.last + kMargin, run_.now);
  record.unit = unit;
  record.value = value;
  record.source = "live";
  return record;
}

void HostEvidence::attach(Episode& episode, Timeline& timeline, Record record) const {
  if (const auto id = timeline.add(std::move(record))) episode.evidence.push_back(*id);
}

void HostEvidence::add_behind(Episode& episode, Timeline& timeline, const FallingBehind& behind) {
  const auto add = [&](std::string_view name, Unit unit, std::uint64_t value, std::string_view source) {
    Record record = measured(episode, name, episode.subject, unit, as_value(value));
    record.from = behind.from;
    record.to = behind.to;
    record.source = source;
    attach(episode, timeline, std::move(record));
  };
  constexpr std::string_view kThread = "/proc/PID/task/TID/schedstat";
  add("reader.behind", Unit::nanoseconds, static_cast<std::uint64_t>((behind.to - behind.from).ns),
      "sock_diag SK_MEMINFO");
  add("reader.behind_arrived", Unit::packets, behind.arrived, "tap");
  if (behind.reads) add("reader.behind_reads", Unit::packets, *behind.reads, "sock:sock_recv_length");
  if (behind.on_cpu_ns) add("reader.behind_on_cpu", Unit::nanoseconds, *behind.on_cpu_ns, kThread);
  if (behind.run_delay_ns) add("reader.behind_run_delay", Unit::nanoseconds, *behind.run_delay_ns, kThread);
  if (behind.throttled_us) add("cgroup.behind_throttled", Unit::nanoseconds, *behind.throttled_us * 1'000, "cpu.stat");
}

void HostEvidence::add_measures(Episode& episode, Timeline& timeline, std::uint32_t id, std::size_t index) {
  const Consumer& consumer = run_.consumers->consumer(id);
  const WatchedSocket& socket = run_.consumers->sockets()[consumer.socket];
  const DropEpisode& dropped = consumer.dropped.episodes()[index];
  std::string_view source = "sock_diag SK_MEMINFO";
  const auto add = [&](std::string_view name, Unit unit, std::uint64_t value, std::string text = {},
                       std::pair<TimeNs, TimeNs> when = {kNoTime, kNoTime}) {
    Record record = measured(episode, name, episode.subject, unit, as_value(value));
    record.source = source;
    if (when.first != kNoTime) std::tie(record.from, record.to) = when;
    record.text = std::move(text);
    attach(episode, timeline, std::move(record));
  };
  add("socket.drops", Unit::packets, socket.now.drops - std::min(socket.now.drops, socket.drops_before));
  source = "skb:kfree_skb";
  if (dropped.truesize != 0) add("drop.truesize", Unit::bytes, dropped.truesize);
  if (dropped.payload != 0) add("drop.payload", Unit::bytes, dropped.payload);
  if (run_.probe != nullptr) add("drop.records_lost", Unit::packets, run_.probe->lost_records());
  const auto kept = run_.measures->find({id, index});
  const bool is_over = run_.now - episode.last > kMargin + milliseconds(100);
  const EpisodeMeasure measure = kept != run_.measures->end()
                                     ? kept->second
                                     : measure_episode(dropped, socket.trail, run_.consumers->bins_of(socket));
  if (is_over) run_.measures->try_emplace({id, index}, measure);
  if (measure.samples == 0) return;
  source = "sock_diag SK_MEMINFO";
  const std::uint64_t full = measure.full_samples * 1'000'000 / measure.samples;
  const bool was_full = episode.drop->reason == drop_reason::kSocketRcvbuff;
  // A full buffer is why the kernel dropped: what a sample saw between two drops may be less.
  add("socket.queue_peak", Unit::bytes,
      was_full ? std::max(measure.queue_peak, socket.now.buffer_bytes) : measure.queue_peak);
  if (measure.queue_before) add("socket.queue_before", Unit::bytes, *measure.queue_before);
  if (measure.queue_after) add("socket.queue_after", Unit::bytes, *measure.queue_after);
  add("socket.queue_full_share", Unit::per_million, full);
  add("socket.queue_samples", Unit::none, measure.samples);
  source = "tap";
  if (measure.arrival_rate) add("arrival.rate", Unit::packets, *measure.arrival_rate);
  if (measure.burst.packets != 0) {
    add("arrival.burst_packets", Unit::packets, measure.burst.packets);
    add("arrival.burst", Unit::nanoseconds, static_cast<std::uint64_t>(measure.burst.length.ns));
  }
  source = "sock:sock_recv_length";
  if (measure.reads) add("reader.reads", Unit::packets, *measure.reads);
  if (measure.read_rate) add("reader.read_rate", Unit::packets, *measure.read_rate);
  if (measure.gap) {
    const ReadGap& gap = *measure.gap;
    add("reader.longest_gap", Unit::nanoseconds, static_cast<std::uint64_t>((gap.to - gap.from).ns), {},
        {gap.from, gap.to});
    source = "/proc/PID/task/TID/schedstat";
    if (gap.run_delay_ns) add("reader.run_delay", Unit::nanoseconds, *gap.run_delay_ns);
    if (gap.on_cpu_ns) add("reader.on_cpu", Unit::nanoseconds, *gap.on_cpu_ns);
    if (gap.involuntary) add("reader.involuntary_switches", Unit::none, *gap.involuntary);
    if (gap.throttled_us) add("cgroup.throttled", Unit::nanoseconds, *gap.throttled_us * 1'000);
    if (const char state = most_seen(gap); state != '?') {
      add("reader.state", Unit::none, static_cast<std::uint64_t>(static_cast<unsigned char>(state)), gap.waits_in);
    }
  }
  if (measure.behind) add_behind(episode, timeline, *measure.behind);
  source = "/proc/PID/cgroup, cpu.stat";
  const bool is_throttled =
      (measure.gap && measure.gap->throttled_us) || (measure.behind && measure.behind->throttled_us);
  if (is_throttled && socket.limit) {
    add("cgroup.path", Unit::none, 0, socket.limit->path);
    add("cgroup.quota", Unit::nanoseconds, socket.limit->quota_usec * 1'000);
    add("cgroup.period", Unit::nanoseconds, socket.limit->period_usec * 1'000);
  }
  if (measure.absence) {
    source = "sched:sched_switch";
    add("reader.off_cpu", Unit::nanoseconds,
        static_cast<std::uint64_t>((measure.absence->to - measure.absence->from).ns), measure.absence->instead,
        {measure.absence->from, measure.absence->to});
    add("reader.off_cpu_runnable", Unit::nanoseconds, static_cast<std::uint64_t>(measure.absence->runnable.ns), {},
        {measure.absence->from, measure.absence->to});
  }
}

}  // namespace wirecause
