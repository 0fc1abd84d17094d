// Cause: the reader of a socket wanted to run and got no CPU.
//
// Mechanism    Another thread of the same CPU went first, or the quota of the reader's cgroup (cpu.max) was used up. The
//              scheduler counts the wait as run-queue delay (sched_info, /proc/PID/task/TID/schedstat; time throttled by
//              a quota is part of it, measured on 6.18). Datagrams go on coming and fill the buffer.
// On the wire  Nothing is missing: a capture on this host holds every datagram; this process alone lacks one run of them.
// Looks like   app_stalled: there it slept, was stopped, or had its CPU. host_steal: a hypervisor that takes the CPU makes
//              whoever waits for it wait longer; excluded where less was stolen than the reader waited.
// Careful      A quota makes one pause in every period: of a large buffer no single one fills it, all of them do. Whether
//              more CPU would help, what it read in the CPU time that it had tells.
//              A spinning reader at full use of its CPU is no fault. Involuntary switches alone prove nothing.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/reader_case.hpp"
#include "diagnose/reader_words.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 21> kShown{
    "socket.rcvbuf",
    "drop.truesize",
    "arrival.rate",
    "reader.command",
    "reader.longest_gap",
    "reader.run_delay",
    "reader.state",
    "cgroup.throttled",
    "cgroup.path",
    "cgroup.quota",
    "cgroup.period",
    "reader.behind",
    "reader.behind_run_delay",
    "cgroup.behind_throttled",
    "reader.behind_on_cpu",
    "reader.behind_reads",
    "reader.behind_arrived",
    "reader.off_cpu",
    "reader.off_cpu_runnable",
    "cpu.steal",
    "reader.cpu",
};

void add_who_ran(Reason& reason, const ReaderEvidence& m) {
  if (!m.instead.empty()) {
    reason.text += ", {instead} ran instead";
    reason.figures.push_back({"instead", 0, Fold::largest, Unit::none, m.instead});
  }
  const std::uint64_t throttled =
      std::max(m.throttled_ns.value_or(0), m.behind ? m.behind->throttled_ns.value_or(0) : 0);
  if (throttled == 0) return;
  reason.text += "; its cgroup was throttled for {throttled}";
  reason.figures.push_back({"throttled", throttled, Fold::largest, Unit::nanoseconds});
  if (m.cgroup.empty() || !m.quota_ns) return;
  reason.text += " ({cgroup} may use {quota} of {period})";
  reason.figures.push_back({"cgroup", 0, Fold::largest, Unit::none, m.cgroup});
  reason.figures.push_back({"quota", *m.quota_ns, Fold::largest, Unit::nanoseconds});
  reason.figures.push_back({"period", *m.period_ns, Fold::largest, Unit::nanoseconds});
}

// No pause of it is long enough to fill the buffer: together they are.
Reason denied_again_and_again(const ReaderEvidence& m) {
  Reason reason{
      "{reader} fell behind for {behind} until the last drop: it could run and got no CPU for {denied} of it, and read "
      "{reads:datagram} in the {ran} that it ran, where {arrived} came",
      {reader_figure(m),
       behind_figure(m),
       denied_figure(m),
       {"reads", m.behind->reads.value_or(0)},
       {"ran", m.behind->running_ns.value_or(0), Fold::sum, Unit::nanoseconds},
       {"arrived", m.behind->arrived.value_or(0)}}};
  add_who_ran(reason, m);
  add_filling(reason, m);
  return reason;
}

Reason because(const ReaderCase& reader) {
  const ReaderEvidence& m = reader.measured;
  if (reader.is_denied() && reader.pause != Pause::decisive) return denied_again_and_again(m);
  Reason reason{
      "{reader} did not read for {pause} while datagrams waited: it could run and got no CPU for {waiting} of it",
      {reader_figure(m),
       {"pause", *m.pause_ns, Fold::largest, Unit::nanoseconds},
       {"waiting", waited_ns(m), Fold::largest, Unit::nanoseconds}}};
  add_who_ran(reason, m);
  add_filling(reason, m);
  return reason;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  return judge_reader(view, episode, {Blame::starved, Place::application, &because, kShown});
}

constexpr std::array<Action, 3> kFix{
    Action{.command = "echo 'max {period}' > {cgroup}/cpu.max",
           .impact = "the cgroup may use every CPU that it is allowed on, and others get less",
           .persist = "in what sets the limit: CPUQuota= of the unit, or the CPU limit of the container",
           .undo = "echo '{quota} {period}' > {cgroup}/cpu.max",
           .verify = "grep throttled {cgroup}/cpu.stat"},
    Action{.command = "ps -eLo tid,psr,cls,rtprio,ni,pcpu,comm --sort=-pcpu | awk '$2 == {cpu}'",
           .impact = "reads all threads once: which of them share the reader's CPU",
           .verify = "cat /proc/{pid}/task/{tid}/schedstat",
           .looks = true},
    Action{.command = "chrt -p {tid} | grep -q SCHED_OTHER && chrt -f -p 1 {tid}",
           .when = When::drain_first,
           .impact =
               "the reader goes before every ordinary thread of its CPU; one that spins without sleeping then needs "
               "that CPU for itself, or ksoftirqd does not run there",
           .persist = "in the application, or CPUSchedulingPolicy=fifo and CPUSchedulingPriority=1 of its unit",
           .undo = "chrt -o -p 0 {tid}",
           .verify = "chrt -p {tid}"},
};

constexpr std::array<std::string_view, 3> kPrevention{
    "Give the reader a CPU of its own: isolcpus or a cpuset partition for it, and everything else kept off "
    "(taskset -a -c -p for what runs already, CPUAffinity= for units).",
    "No CPU quota for a process that reads a feed: a quota stops it for the rest of each period, however idle the host is.",
    "Alert on the reader's run-queue delay (/proc/PID/task/TID/schedstat) and on throttled_usec of its cgroup."};

}  // namespace

extern constinit const Cause cause_app_cpu_starved{
    .id = "app_cpu_starved",
    .summary = "The reader wanted to run and got no CPU",
    .mechanism =
        "Another thread had the reader's CPU, or the CPU quota of its cgroup was used up, so that it could run and did not. "
        "Datagrams went on coming at their steady rate, filled the receive buffer, and the kernel dropped the rest "
        "(SKB_DROP_REASON_SOCKET_RCVBUFF).",
    .look_alike =
        "app_stalled: there the reader slept, was stopped, or had its CPU and ran other code. host_steal: there the "
        "hypervisor took the CPU; it is excluded where less was stolen than the reader waited.",
    .needs = kReaderNeeds,
    .lab = Lab::scenario,
    .path_order = 80,
    .runbook =
        {
            .detection =
                "The drops of one socket come in one run; before it nothing is read for longer than the buffer "
                "lasts at the steady rate, and the reader's run-queue delay grows by most of that time.",
            .isolation =
                "See who had the CPU: the threads of the same CPU, and nr_throttled and throttled_usec in cpu.stat "
                "of its cgroup. Steal time would name the hypervisor.",
            .mitigate =
                "Move or stop what shares the reader's CPU, and let a standby handler take feed {feed} meanwhile.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::host,
        },
    .judge = &judge,
};

}  // namespace wirecause
