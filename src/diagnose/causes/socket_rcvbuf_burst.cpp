// Cause: a burst was larger than the socket's receive buffer, although over the seconds around the reader keeps up.
//
// Mechanism    __udp_enqueue_schedule_skb() (net/ipv4/udp.c) finds the datagram's truesize beside what waits over
//              sk_rcvbuf and drops it with SKB_DROP_REASON_SOCKET_RCVBUFF.
// On the wire  Nothing is missing: a capture on this host holds every datagram; this process alone lacks them.
// Looks like   app_slow_consumer: there the queue stands over half full for most of the time. app_stalled and
//              app_cpu_starved: there nothing is read for long enough that the steady rate fills the buffer.
// Careful      The buffer is paid in truesize (832 B for a datagram of 100 B here), not in payload. RcvbufErrors counts
//              all sockets of the network namespace; the drops of this socket decide.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/reader_case.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 12> kShown{
    "socket.rcvbuf",    "drop.truesize",           "arrival.burst_packets", "arrival.burst",       "arrival.rate",
    "reader.read_rate", "socket.queue_full_share", "socket.queue_samples",  "socket.queue_before", "socket.queue_after",
    "reader.reads",     "reader.longest_gap",
};

// Whichever shows that the reader keeps up.
void add_service(Reason& reason, const ReaderEvidence& m) {
  if (m.read_rate && *m.read_rate > *m.rate) {
    reason.text += "; over the seconds around {rate} a second came, and while any waited {service} a second were read";
    reason.figures.push_back({"rate", *m.rate, Fold::largest});
    reason.figures.push_back({"service", *m.read_rate, Fold::largest});
  } else {
    reason.text += "; the queue was empty before and after, and {reads:datagram} were read in the seconds around";
    reason.figures.push_back({"reads", *m.reads});
  }
}

Reason because(const ReaderCase& reader) {
  const ReaderEvidence& m = reader.measured;
  Reason reason{
      "up to {burst:datagram} came within {stretch}: {need} at {truesize} truesize, and the receive buffer holds {rcvbuf} "
      "({capacity})",
      {{"burst", *m.burst_packets, Fold::largest},
       {"stretch", *m.burst_ns, Fold::largest, Unit::nanoseconds},
       {"need", capped_product(*m.burst_packets, *m.truesize), Fold::largest, Unit::bytes},
       {"truesize", *m.truesize, Fold::largest, Unit::bytes},
       {"rcvbuf", *m.rcvbuf, Fold::largest, Unit::bytes},
       {"capacity", *m.capacity, Fold::largest}}};
  add_service(reason, m);
  return reason;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  return judge_reader(view, episode, {Blame::burst, Place::on_this_host, &because, kShown});
}

constexpr std::array<Action, 3> kFix{
    Action{.command = "sysctl -w net.core.rmem_max={newmax}",
           .impact = "allows larger receive buffers; sockets that are open keep theirs",
           .takes_effect = TakesEffect::new_sockets,
           .persist = "echo net.core.rmem_max={newmax} > /etc/sysctl.d/90-rmem-max.conf",
           .undo = "sysctl -w net.core.rmem_max={rmemmax}",
           .verify = "sysctl -n net.core.rmem_max"},
    Action{.command = "restart {owner} with SO_RCVBUF={newbuf} (the kernel doubles it)",
           .when = When::after_close,
           .impact = "the process is down while it restarts, and joins its groups anew",
           .takes_effect = TakesEffect::restart,
           .persist = "in the configuration of {owner}, with net.core.rmem_max of at least as much",
           .undo = "restart {owner} with SO_RCVBUF={oldbuf}",
           .verify = "ss -uamn 'sport = :{port}'"},
    Action{.command = "ss -uamn 'sport = :{port}'",
           .impact = "reads the sockets of this port once: in skmem, r waits, rb is the buffer, d was dropped",
           .verify = "nstat -az UdpRcvbufErrors",
           .looks = true},
};

constexpr std::array<std::string_view, 3> kPrevention{
    "Size the receive buffer for the largest burst in truesize (a small datagram costs about 800 bytes), and check at start "
    "with getsockopt(SO_RCVBUF) that the kernel granted it.",
    "Alert on the drops of each feed's socket (d in skmem of ss -uamn): RcvbufErrors of the host does not say whose.",
    "Read until the socket is empty (recvmmsg) before the work on what was read begins, so that a burst waits in memory "
    "of the application."};

}  // namespace

extern constinit const Cause cause_socket_rcvbuf_burst{
    .id = "socket_rcvbuf_burst",
    .summary = "A burst was larger than the socket's receive buffer",
    .mechanism =
        "Datagrams came faster than the reader took them, for a moment, and the socket's receive buffer was full before "
        "it caught up: the kernel drops what does not fit (SKB_DROP_REASON_SOCKET_RCVBUFF). Over the seconds around the "
        "reader keeps up and the queue is empty most of the time. The wire lacks nothing: only this process does.",
    .look_alike =
        "app_slow_consumer: there the queue stands over half full most of the time. app_stalled and app_cpu_starved: "
        "there nothing is read for so long that the steady rate fills the buffer; no burst is needed.",
    .needs = kReaderNeeds,
    .lab = Lab::scenario,
    .path_order = 65,
    .runbook =
        {
            .detection =
                "The drops of one socket rise (d in skmem of ss -uamn) in steps of some milliseconds, and its queue is "
                "empty between them.",
            .isolation =
                "Compare the largest burst in truesize with the buffer (rb in skmem), and the rate at which the reader "
                "empties the queue with the rate at which datagrams come.",
            .mitigate = "Take feed {feed} from {sister} while that is whole. Request what nobody brought from the "
                        "recovery channel. The reader itself needs no help: it keeps up.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::application,
        },
    .judge = &judge,
};

}  // namespace wirecause
