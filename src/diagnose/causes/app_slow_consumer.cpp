// Cause: the reader of a socket is slower than the datagrams come, for longer than any burst.
//
// Mechanism    Each datagram takes the reader longer than the next one takes to come. The queue fills once and stays
//              full; from then on the kernel drops the difference between arrival and service.
// On the wire  Nothing is missing: a capture on this host holds every datagram; this process alone lacks them.
// Looks like   socket_rcvbuf_burst: there the queue is empty most of the time. app_stalled and app_cpu_starved: there
//              reads stop; here they go on all the time.
// Careful      A larger buffer only moves the moment of the first drop and makes everything behind it older.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/reader_case.hpp"
#include "diagnose/reader_words.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 8> kShown{
    "socket.rcvbuf",      "drop.truesize",           "arrival.rate",         "reader.read_rate",
    "reader.longest_gap", "socket.queue_full_share", "socket.queue_samples", "reader.command",
};

Reason because(const ReaderCase& reader) {
  const ReaderEvidence& m = reader.measured;
  Reason reason{
      "{reader} read {service:datagram} a second while any waited, and {rate} a second came; the queue was over half "
      "full in {share} of {samples:sample}, and reads never paused",
      {reader_figure(m),
       {"service", *m.read_rate, Fold::largest},
       {"rate", *m.rate, Fold::largest},
       {"share", *m.full_share, Fold::largest, Unit::per_million},
       {"samples", *m.samples, Fold::largest}}};
  if (*m.pause_ns == 0) return reason;
  reason.text += " for longer than {pause}";
  reason.figures.push_back({"pause", *m.pause_ns, Fold::largest, Unit::nanoseconds});
  return reason;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  return judge_reader(view, episode, {Blame::slow, Place::application, &because, kShown});
}

constexpr std::array<Action, 3> kFix{
    Action{.command = "ps -L -o tid,psr,cls,rtprio,ni,pcpu,comm -p {pid}",
           .impact = "reads the process's threads once: does the reader share its CPU, and is it the busy one?",
           .verify = "ss -uamn 'sport = :{port}'",
           .looks = true},
    Action{.command = "perf record -F 99 -g -t {tid} -o reader.perf -- sleep 10",
           .impact = "interrupts the thread 99 times a second for ten seconds; writes reader.perf",
           .undo = "rm reader.perf",
           .verify = "perf report -i reader.perf --stdio",
           .looks = true},
    Action{.command =
               "Application team: thread {reader} (tid {tid}) of {owner} (pid {pid}) reads {group}:{port} slower than "
               "it comes. Read with recvmmsg, take parsing, logging and allocation off this thread, or spread the "
               "groups over more sockets and threads, each with a CPU of its own.",
           .when = When::other_team,
           .impact = "a release of the application",
           .takes_effect = TakesEffect::restart,
           .persist = "measure its service rate against the feed's peak rate before each release",
           .verify = "ss -uamn 'sport = :{port}'"},
};

constexpr std::array<std::string_view, 3> kPrevention{
    "Know the service rate of a reader and the peak rate of its feed, and keep a factor of three between them.",
    "Alert on a receive queue that stays over half full for a second (r in skmem of ss -uamn): it comes before the first "
    "drop.",
    "Give the reader a CPU of its own, and do nothing on it that is not needed to take datagrams from the socket."};

}  // namespace

extern constinit const Cause cause_app_slow_consumer{
    .id = "app_slow_consumer",
    .summary = "The reader is slower than the datagrams come",
    .mechanism =
        "Each datagram takes the reader longer than the next one takes to come. The socket's queue fills once and stays "
        "near full, and from then on the kernel drops the difference between arrival and service "
        "(SKB_DROP_REASON_SOCKET_RCVBUFF). What is read is old by the whole length of the queue.",
    .look_alike =
        "socket_rcvbuf_burst: there the queue is empty most of the time and a larger buffer helps. app_stalled and "
        "app_cpu_starved: there reads stop for a while; here they go on all the time.",
    .needs = kReaderNeeds,
    .lab = Lab::scenario,
    .path_order = 70,
    .runbook =
        {
            .detection =
                "The socket's queue (r in skmem of ss -uamn) stays near its buffer (rb), and its drops rise all "
                "the time.",
            .isolation =
                "Compare the rate at which the thread reads with the rate at which datagrams come, and see that "
                "it never pauses: then it is neither stalled nor starved.",
            .mitigate =
                "Let a standby handler take feed {feed}, or switch off what this reader need not do now: channels that "
                "nobody uses, logging, a second consumer in the same thread. A larger buffer does not help: it makes "
                "the data older and drops as much.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::application,
        },
    .judge = &judge,
};

}  // namespace wirecause
