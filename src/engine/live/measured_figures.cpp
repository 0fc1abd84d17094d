// Which figure is read where: see measured_figures.hpp.
// SPDX-License-Identifier: Apache-2.0
#include "engine/live/measured_figures.hpp"

#include <algorithm>
#include <optional>

namespace wirecause {
namespace {

constexpr char kStateLetters[] = {'R', 'S', 'D', 'T'};

char most_seen(const ReadGap& gap) {
  const auto most = std::max_element(gap.states.begin(), gap.states.end());
  return *most == 0 ? '?' : kStateLetters[most - gap.states.begin()];
}

constexpr std::string_view kSocket = "sock_diag SK_MEMINFO";
constexpr std::string_view kTap = "tap";
constexpr std::string_view kReads = "sock:sock_recv_length";
constexpr std::string_view kSwitches = "sched:sched_switch";
constexpr std::string_view kSchedStat = "/proc/PID/task/TID/schedstat";
constexpr std::string_view kStatus = "/proc/PID/task/TID/status";
constexpr std::string_view kStat = "/proc/PID/task/TID/stat, wchan";
constexpr std::string_view kCpuStat = "cpu.stat";
constexpr std::string_view kLimit = "/proc/PID/cgroup, CPU quota of the cgroup";

std::uint64_t ns(DurationNs duration) { return static_cast<std::uint64_t>(duration.ns); }

void add_if(MeasuredFigures& out, std::string_view name, Unit unit, const std::optional<std::uint64_t>& value,
            std::string_view source) {
  if (value) out.push_back({name, unit, *value, source});
}

// A full buffer is why the kernel dropped: what a sample saw between two drops may be less.
void add_queue(MeasuredFigures& out, const EpisodeMeasure& measure, std::uint32_t buffer, bool was_full) {
  const std::uint32_t peak = was_full ? std::max(measure.queue_peak, buffer) : measure.queue_peak;
  out.push_back({"socket.queue_peak", Unit::bytes, peak, kSocket});
  add_if(out, "socket.queue_before", Unit::bytes, measure.queue_before, kSocket);
  add_if(out, "socket.queue_after", Unit::bytes, measure.queue_after, kSocket);
  const std::uint64_t full = measure.full_samples * 1'000'000 / measure.samples;
  out.push_back({"socket.queue_full_share", Unit::per_million, full, kSocket});
  out.push_back({"socket.queue_samples", Unit::none, measure.samples, kSocket});
}

void add_traffic(MeasuredFigures& out, const EpisodeMeasure& measure) {
  add_if(out, "arrival.rate", Unit::packets, measure.arrival_rate, kTap);
  if (measure.burst.packets != 0) {
    out.push_back({"arrival.burst_packets", Unit::packets, measure.burst.packets, kTap});
    out.push_back({"arrival.burst", Unit::nanoseconds, ns(measure.burst.length), kTap});
  }
  add_if(out, "reader.reads", Unit::packets, measure.reads, kReads);
  add_if(out, "reader.read_rate", Unit::packets, measure.read_rate, kReads);
}

std::optional<std::uint64_t> in_ns(const std::optional<std::uint64_t>& us) {
  return us ? std::optional(*us * 1'000) : std::nullopt;
}

void add_gap(MeasuredFigures& out, const ReadGap& gap) {
  out.push_back({"reader.longest_gap", Unit::nanoseconds, ns(gap.to - gap.from), kReads, {}, gap.from, gap.to});
  add_if(out, "reader.run_delay", Unit::nanoseconds, gap.run_delay_ns, kSchedStat);
  add_if(out, "reader.on_cpu", Unit::nanoseconds, gap.on_cpu_ns, kSchedStat);
  add_if(out, "reader.involuntary_switches", Unit::none, gap.involuntary, kStatus);
  add_if(out, "cgroup.throttled", Unit::nanoseconds, in_ns(gap.throttled_us), kCpuStat);
  if (const char state = most_seen(gap); state != '?') {
    const std::uint64_t letter = static_cast<unsigned char>(state);
    out.push_back({"reader.state", Unit::none, letter, kStat, gap.waits_in});
  }
}

void add_behind(MeasuredFigures& out, const FallingBehind& behind) {
  const std::size_t before = out.size();
  out.push_back({"reader.behind", Unit::nanoseconds, ns(behind.to - behind.from), kSocket});
  out.push_back({"reader.behind_arrived", Unit::packets, behind.arrived, kTap});
  add_if(out, "reader.behind_reads", Unit::packets, behind.reads, kReads);
  add_if(out, "reader.behind_on_cpu", Unit::nanoseconds, behind.on_cpu_ns, kSchedStat);
  add_if(out, "reader.behind_run_delay", Unit::nanoseconds, behind.run_delay_ns, kSchedStat);
  add_if(out, "cgroup.behind_throttled", Unit::nanoseconds, in_ns(behind.throttled_us), kCpuStat);
  for (std::size_t i = before; i < out.size(); ++i) {
    out[i].from = behind.from;
    out[i].to = behind.to;
  }
}

void add_limit(MeasuredFigures& out, const CgroupLimit& limit) {
  out.push_back({"cgroup.path", Unit::none, 0, kLimit, limit.path});
  out.push_back({"cgroup.quota", Unit::nanoseconds, limit.quota_usec * 1'000, kLimit});
  out.push_back({"cgroup.period", Unit::nanoseconds, limit.period_usec * 1'000, kLimit});
}

void add_absence(MeasuredFigures& out, const ReaderAbsence& away) {
  out.push_back(
      {"reader.off_cpu", Unit::nanoseconds, ns(away.to - away.from), kSwitches, away.instead, away.from, away.to});
  out.push_back({"reader.off_cpu_runnable", Unit::nanoseconds, ns(away.runnable), kSwitches, {}, away.from, away.to});
}

}  // namespace

MeasuredFigures figures_of(const EpisodeMeasure& measure, const MeasuredSocket& socket) {
  MeasuredFigures out;
  if (measure.samples == 0) return out;
  add_queue(out, measure, socket.buffer_bytes, socket.was_full);
  add_traffic(out, measure);
  if (measure.gap) add_gap(out, *measure.gap);
  if (measure.behind) add_behind(out, *measure.behind);
  const bool is_throttled =
      (measure.gap && measure.gap->throttled_us) || (measure.behind && measure.behind->throttled_us);
  if (is_throttled && socket.limit) add_limit(out, *socket.limit);
  if (measure.absence) add_absence(out, *measure.absence);
  return out;
}

}  // namespace wirecause
