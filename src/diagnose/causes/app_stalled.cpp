// Cause: the reader of a socket stopped reading for a while, by its own doing.
//
// Mechanism    The thread sleeps in a blocking call (a lock, a disk, a name server), is stopped (SIGSTOP, a debugger), or
//              computes something else (a garbage collection, a snapshot). Datagrams go on coming at their steady rate
//              and fill the buffer.
// On the wire  Nothing is missing: a capture on this host holds every datagram; this process alone lacks one run of them.
// Looks like   app_cpu_starved: there it wanted to run and got no CPU. socket_rcvbuf_burst: there reads went on.
//              host_steal: a thread that "runs" on a CPU that the hypervisor took; a sleeper is told apart by its state.
// Careful      The state is sampled every 10 ms: of shorter pauses only its time off the CPU (sched_switch) tells.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/reader_case.hpp"
#include "diagnose/reader_words.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 11> kShown{
    "socket.rcvbuf", "drop.truesize", "arrival.rate",   "reader.longest_gap",      "reader.command", "reader.run_delay",
    "reader.on_cpu", "reader.state",  "reader.off_cpu", "reader.off_cpu_runnable", "cpu.steal",
};

void add_what_it_did(Reason& reason, const ReaderCase& reader) {
  const ReaderEvidence& m = reader.measured;
  if (reader.spent == Spent::running) {
    reason.text += ": it ran code of its own for {running} of it";
    reason.figures.push_back({"running", *m.running_ns, Fold::largest, Unit::nanoseconds});
    return;
  }
  const char state = m.state.value_or('S');
  if (state == 'T' || state == 't') {
    reason.text += ": it was stopped by a signal or a debugger";
    return;
  }
  reason.text += state == 'D' ? ": it was blocked" : ": it slept";
  reason.text += m.waits_in.empty() ? ", in what is not known" : " in {blocker}";
  if (!m.waits_in.empty()) reason.figures.push_back({"blocker", 0, Fold::largest, Unit::none, m.waits_in});
}

Reason because(const ReaderCase& reader) {
  const ReaderEvidence& m = reader.measured;
  Reason reason{"{reader} did not read for {pause} while datagrams waited",
                {reader_figure(m), {"pause", *m.pause_ns, Fold::largest, Unit::nanoseconds}}};
  add_what_it_did(reason, reader);
  add_filling(reason, m);
  return reason;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  return judge_reader(view, episode, {Blame::stalled, Place::application, &because, kShown});
}

constexpr std::array<Action, 4> kFix{
    Action{.command = "kill -CONT {stopped}",
           .impact =
               "only where its state is T: the process goes on at once; a debugger that holds it does not let it go by "
               "this",
           .undo = "kill -STOP {stopped}",
           .verify = "ps -o stat= -p {stopped}"},
    Action{.command = "cat /proc/{pid}/task/{tid}/wchan /proc/{pid}/task/{tid}/syscall",
           .impact = "reads what the thread waits in now; the thread does not notice",
           .verify = "ps -L -o tid,stat,wchan:32,comm -p {pid}",
           .looks = true},
    Action{.command = "perf sched record -o reader.perf -- sleep 10",
           .when = When::drain_first,
           .impact =
               "records every context switch of the host for ten seconds: some microseconds a switch, and a file of "
               "tens of megabytes",
           .undo = "rm reader.perf",
           .verify = "perf sched timehist -i reader.perf --state --tid {tid}",
           .looks = true},
    Action{.command =
               "Application team: thread {reader} (tid {tid}) of {owner} (pid {pid}) did not read {group}:{port} for a "
               "while around {from} UTC (it was in: {blocker}). Take what blocks it (locks, files, logging, names, "
               "collections, snapshots) off the thread that reads.",
           .when = When::other_team,
           .impact = "a release of the application",
           .takes_effect = TakesEffect::restart,
           .persist = "measure the longest time between two reads in the application itself, and alert on it",
           .verify = "ss -uamn 'sport = :{port}'"},
};

constexpr std::array<std::string_view, 3> kPrevention{
    "The thread that reads a feed does nothing that may block: no file, no lock that a slower thread holds, no name "
    "server, no allocation that may collect.",
    "Alert on the longest time between two reads while datagrams waited, not only on drops: it comes before them.",
    "Size the receive buffer for the longest pause that is tolerated: rate x pause x truesize."};

}  // namespace

extern constinit const Cause cause_app_stalled{
    .id = "app_stalled",
    .summary = "The reader stopped reading for a while by its own doing",
    .mechanism =
        "The thread that reads the socket slept in a blocking call, was stopped by a signal, or ran other code of its own: "
        "a lock, a disk, a name server, a garbage collection, a long computation. Datagrams went on coming at their steady "
        "rate, filled the receive buffer, and the kernel dropped the rest (SKB_DROP_REASON_SOCKET_RCVBUFF).",
    .look_alike =
        "app_cpu_starved: there the reader wanted to run and got no CPU, which its run-queue delay shows. "
        "socket_rcvbuf_burst and app_slow_consumer: there reads went on all the time. host_steal: where the thread seems "
        "to run, the CPU's steal time must be less than that.",
    .needs = kReaderNeeds,
    .lab = Lab::scenario,
    .path_order = 75,
    .runbook =
        {
            .detection =
                "The drops of one socket come in one run; before it nothing is read for longer than the buffer "
                "lasts at the steady rate.",
            .isolation =
                "See what the reader did in the pause: asleep or blocked (wchan, syscall), stopped (state T), or running "
                "its own code; and that it did not wait for a CPU (second figure of /proc/PID/task/TID/schedstat).",
            .mitigate =
                "Treat prices of feed {feed} as stale until what was lost is recovered, and let a standby handler "
                "take over if the pause comes again.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::application,
        },
    .judge = &judge,
};

}  // namespace wirecause
