// Two groups. What is a fact of a consumer stands once on the timeline, under the consumer's subject (EvidenceView::find).
// What was measured for one episode hangs on the episode (EvidenceView::of_episode), as do the growths of the counters
// that collectors publish, under their own names (subject host, interface or cpu), over the episode's window widened by a
// second on either side; count is the part of it that another symptom may have caused as well (rival_windows.hpp). Of a
// level (net.netfilter.nf_conntrack_count) the highest reading hangs there, as a sample.
// SPDX-License-Identifier: Apache-2.0
#include "engine/live/publish.hpp"

#include <array>

namespace wirecause {
namespace {

constexpr std::array kPublishes{
    // --- facts of a consumer
    Published{"consumer.owner", Shape::state, Unit::none, "process that owns the socket: text its name, value its pid"},
    Published{"consumer.fd", Shape::state, Unit::none, "file descriptor of the socket in its owner"},
    Published{"consumer.cookie", Shape::state, Unit::none, "cookie of the socket"},
    Published{"consumer.local", Shape::state, Unit::none, "address and port that the socket is bound to; value: port"},
    Published{"consumer.feed", Shape::state, Unit::none, "number of the feed that it reads"},
    Published{"consumer.line", Shape::state, Unit::none, "number of the line that it reads"},
    Published{"consumer.group", Shape::state, Unit::none, "group that the line is sent to"},
    Published{"consumer.interface", Shape::state, Unit::none,
              "interface on which the line arrives; value: interface subject"},
    Published{"consumer.is_member", Shape::state, Unit::none,
              "1: the socket's own memberships hold the group on that interface; 0: they do not; absent: not known"},
    Published{"consumer.memberships", Shape::state, Unit::none,
              "the socket's memberships, \"239.1.1.1@eth1, ...\"; value: how many"},
    Published{"consumer.host_membership", Shape::state, Unit::none,
              "1: some socket of this host has joined the group on that interface (/proc/net/igmp); 0: none"},
    Published{"consumer.multicast_all", Shape::state, Unit::none, "IP_MULTICAST_ALL of the socket; absent: not known"},
    Published{
        "consumer.has_filter", Shape::state, Unit::none,
        "1: a process attached a filter to the socket (SO_ATTACH_FILTER, SO_ATTACH_BPF); 0: none did; absent: not known"},
    Published{"consumer.kind", Shape::state, Unit::none, "udp_socket, this_tool or bypass (text)"},
    Published{"socket.rcvbuf", Shape::state, Unit::bytes,
              "receive buffer of the socket as the kernel counts it (sk_rcvbuf)"},
    Published{"reader.command", Shape::state, Unit::none, "thread that reads the socket: text its name, value its tid"},
    Published{"reader.affinity", Shape::state, Unit::none, "CPUs the reader may run on, \"0-1\"; value: how many"},
    Published{"reader.cpu", Shape::state, Unit::none, "CPU that the reader ran on last"},
    Published{
        "consumer.unseen", Shape::state, Unit::none,
        "subject feed, or a consumer of which nothing came: a kernel-bypass process may own the feed, and what it does "
        "is invisible (text: which)"},
    // --- facts of the run
    Published{"point.live", Shape::state, Unit::none,
              "subject point: 1: it is tapped on this host, now; absent: a file"},
    Published{
        "drop.probe", Shape::state, Unit::none,
        "subject host: 1: every drop of a followed line is told one by one, with its number; 0 or absent: not; text why"},
    // --- measured around an episode of drops at one place of one consumer
    Published{"socket.drops", Shape::summary, Unit::packets, "growth of the socket's own drop counter over the run"},
    Published{"socket.queue_peak", Shape::summary, Unit::bytes, "most that waited in the receive queue (truesize)"},
    Published{"socket.queue_before", Shape::summary, Unit::bytes,
              "what waited in the last sample before the first drop's fill"},
    Published{"socket.queue_after", Shape::summary, Unit::bytes,
              "what waited in the first sample 20 ms after the last drop"},
    Published{"socket.queue_full_share", Shape::summary, Unit::per_million,
              "samples in which the queue was over half full, of those in the episode widened by a second"},
    Published{"socket.queue_samples", Shape::summary, Unit::none, "how many samples that share is of"},
    Published{"drop.truesize", Shape::summary, Unit::bytes, "what one dropped datagram would have cost in the buffer"},
    Published{"drop.payload", Shape::summary, Unit::bytes, "UDP payload of a dropped datagram"},
    Published{"drop.records_lost", Shape::summary, Unit::packets,
              "drops that are counted but whose records did not fit the ring"},
    Published{"arrival.rate", Shape::summary, Unit::packets,
              "datagrams a second that arrived for the consumer, over the episode widened by a second"},
    Published{"arrival.burst_packets", Shape::summary, Unit::packets,
              "datagrams that arrived in the busiest stretch around the drops"},
    Published{"arrival.burst", Shape::summary, Unit::nanoseconds, "length of that stretch"},
    Published{"reader.reads", Shape::summary, Unit::packets, "datagrams read in the episode widened by a second"},
    Published{"reader.read_rate", Shape::summary, Unit::packets,
              "datagrams a second that it read while the queue was not empty"},
    Published{"reader.longest_gap", Shape::summary, Unit::nanoseconds,
              "longest time without a read that touches the episode, while datagrams waited: from..to when it was"},
    Published{"reader.run_delay", Shape::summary, Unit::nanoseconds,
              "of that gap, time that the reader was runnable and did not run (schedstat)"},
    Published{"reader.on_cpu", Shape::summary, Unit::nanoseconds, "of that gap, time that it ran"},
    Published{"reader.state", Shape::summary, Unit::none,
              "state of the reader seen most often in that gap: value its letter (R S D T), text what it waits in"},
    Published{"reader.off_cpu", Shape::summary, Unit::nanoseconds,
              "its longest time off the CPU that touches the episode: from..to when it was, text what ran instead"},
    Published{"reader.off_cpu_runnable", Shape::summary, Unit::nanoseconds, "of that time, how long it could have run"},
    Published{
        "reader.behind", Shape::summary, Unit::nanoseconds,
        "from the last sample with a queue nearly empty to the first read after the last drop: from..to when it was"},
    Published{"reader.behind_arrived", Shape::summary, Unit::packets, "of that time, datagrams that came"},
    Published{"reader.behind_reads", Shape::summary, Unit::packets, "of that time, datagrams that were read"},
    Published{"reader.behind_on_cpu", Shape::summary, Unit::nanoseconds, "of that time, how long the reader ran"},
    Published{"reader.behind_run_delay", Shape::summary, Unit::nanoseconds,
              "of that time, how long the reader was runnable and did not run (schedstat)"},
    Published{"reader.involuntary_switches", Shape::summary, Unit::none, "times that it was made to leave the CPU"},
    Published{"cgroup.throttled", Shape::summary, Unit::nanoseconds,
              "of the longest gap, time that its cgroup was throttled"},
    Published{"cgroup.behind_throttled", Shape::summary, Unit::nanoseconds,
              "of the time from a queue nearly empty to the last drop, how long its cgroup was throttled"},
    Published{"cgroup.path", Shape::summary, Unit::none,
              "the cgroup whose limit that is, as /proc/PID/cgroup names it (cpu:/PATH: cgroup v1)"},
    Published{"cgroup.quota", Shape::summary, Unit::nanoseconds, "CPU time that it may use in a period (cpu.max)"},
    Published{"cgroup.period", Shape::summary, Unit::nanoseconds, "that period (cpu.max)"},
    // --- hung on an episode of loss (holes that the tap saw)
    Published{
        "drop.before_tap", Shape::summary, Unit::units,
        "subject line: units of the hole that this host dropped before the tap, by number: value those that another "
        "line brought, count those that nobody did; text the reason, source the checkpoint"},
    Published{"drop.before_tap_by_count", Shape::summary, Unit::units,
              "subject line: of these, units that the kernel counted without telling their numbers"},
    Published{
        "drop.other_namespace", Shape::summary, Unit::units,
        "subject line: the same in another network namespace of this machine; text reason, interface and namespace"},
    Published{"nic.drops", Shape::summary, Unit::packets,
              "subject point: growth of the interface's and driver's receive drop counters in the episode's window"},
    Published{"nic.counters_complete", Shape::state, Unit::none,
              "subject point: 1: this driver's drop counters are known to be complete; text: driver"},
    Published{"nic.pause_sent", Shape::summary, Unit::frames, "subject point: pause frames that we sent in the window"},
    Published{"link.down", Shape::summary, Unit::nanoseconds,
              "subject point: how long its carrier was lost, from..to within the widened window; text: interface"},
    // --- hung on an episode of absence
    Published{"absence.waited", Shape::summary, Unit::nanoseconds, "how long the consumer waited without one packet"},
    Published{"absence.seen_on", Shape::summary, Unit::packets,
              "packets of the group that came on another followed interface: text which"},
};

}  // namespace

std::span<const Published> live_publishes() { return kPublishes; }

}  // namespace wirecause
