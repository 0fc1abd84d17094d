// Cause: a filter at the socket refused datagrams.
//
// Mechanism    sk_filter_trim_cap() (net/core/filter.c) runs before a datagram is queued: first the ingress programs of
//              the socket's cgroup, then the filter that its process attached (SO_ATTACH_FILTER, SO_ATTACH_BPF). Either
//              refuses with SKB_DROP_REASON_SOCKET_FILTER (both seen on 6.18); the socket counts it in its drops. A socket
//              that has no filter, as the iterator over sockets tells, is refused by its cgroup's: kernel_bpf_drop.
// On the wire  Nothing is missing: a capture on this host holds every datagram; this process alone lacks them.
// Looks like   kernel_firewall: netfilter drops before the socket, with reason NETFILTER_DROP, and for all sockets.
//              socket_rcvbuf_burst and its kin: the socket's drops rise as well, with reason SOCKET_RCVBUFF.
// Careful      A filter is the owner's own doing, and may be meant: what it refuses of a feed is lost to it all the same.
//              ss -b lists filters of packet sockets only, and bpftool no classic ones: neither shows a UDP socket's.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/text.hpp"
#include "diagnose/cause.hpp"
#include "diagnose/drop_case.hpp"
#include "evidence/drop_reason.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 5> kNeeds{"consumer.owner", "consumer.fd", "socket.drops", "drop.records_lost",
                                                 "consumer.has_filter"};

Reason because(const EvidenceView& view, const Episode& episode) {
  Reason reason{"a filter at the socket refused {datagrams:datagram} with {units:unit}",
                {{"datagrams", episode.drop->datagrams}, {"units", episode.drop->units}}};
  const Record* const owner = view.find("consumer.owner", episode.subject);
  if (owner != nullptr && !owner->text.empty()) {
    const bool is_known = view.value("consumer.has_filter", episode.subject) == 1;
    reason.text += is_known ? ": {owner} attached it to its own socket"
                            : ": {owner} attached it to its own socket, or it is a program of its cgroup";
    reason.figures.push_back({"owner", 0, Fold::largest, Unit::none, printable(owner->text)});
  } else {
    reason.text += ": whose socket it is, is not known";
  }
  return reason;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (is_drop_by(episode, drop_reason::kSocketRcvbuff)) {
    return {ruled_out(episode.subject,
                      {"the kernel says that the receive buffer was full, not that a filter refused", {}})};
  }
  if (!is_drop_by(episode, drop_reason::kSocketFilter)) return {};
  if (is_drop_by_cgroup(view, episode)) {
    return {
        ruled_out(episode.subject, {"the socket has no filter of its own: a program of its cgroup refused them", {}})};
  }
  Judgement j = explains_drop(episode, Place::on_this_host);
  j.because = because(view, episode);
  add_drop_evidence(j, view, episode);
  for (const std::string_view name : {"consumer.owner", "consumer.fd"}) {
    if (const auto id = view.id(name, episode.subject)) j.evidence.push_back(*id);
  }
  return {std::move(j)};
}

// pidfd_getfd (438 on every architecture) copies the descriptor; SO_GET_FILTER (26) answers with as many bytes as the
// classic filter has instructions, here: 0 where there is none.
constexpr std::array<Action, 4> kFix{
    Action{.command =
               "python3 -c 'import ctypes, os, socket; print(len(socket.socket(fileno=ctypes.CDLL(None).syscall(438, "
               "os.pidfd_open({pid}), {fd}, 0)).getsockopt(1, 26, 1024)), \"instructions\")'",
           .impact = "copies the descriptor and asks for its classic filter's length; the process does not notice. "
                     "\"Permission denied\" is a filter of eBPF: bpftool prog show type socket_filter",
           .verify = "ss -uamnpe 'sport = :{port}'",
           .looks = true},
    Action{.command = "bpftool cgroup tree",
           .impact =
               "lists the BPF programs of all cgroups: cgroup_inet_ingress at the socket's cgroup or above it refuses "
               "in the same place",
           .verify = "ss -uamnpe 'sport = :{port}'",
           .looks = true},
    Action{.command = "python3 -c 'import ctypes, os, socket; socket.socket(fileno=ctypes.CDLL(None).syscall(438, "
                      "os.pidfd_open({pid}), {fd}, 0)).setsockopt(1, 27, 0)'",
           .when = When::drain_first,
           .impact =
               "takes the filter off the socket (SO_DETACH_FILTER): the application gets what it meant to refuse, too",
           .undo = "restart {owner}: it attaches its filter again",
           .verify = "ss -uamn 'sport = :{port}'"},
    Action{
        .command =
            "Application team: the filter on the socket {local} of {owner} (pid {pid}, fd {fd}) refuses datagrams of "
            "{group}:{port} that belong to feed {feed}. Which rule refuses them, and is it meant?",
        .when = When::other_team,
        .impact = "none: a question",
        .takes_effect = TakesEffect::restart,
        .persist = "a test of the filter against a capture of the whole feed",
        .verify = "ss -uamn 'sport = :{port}'"},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Test a socket filter against a capture of a whole day of the feed before it goes live, and count what it refuses.",
    "Alert on the drops of each feed's socket: a filter counts there, and RcvbufErrors does not move."};

}  // namespace

extern constinit const Cause cause_socket_filter{
    .id = "socket_filter",
    .summary = "A filter at the socket refused datagrams",
    .mechanism =
        "Before a datagram is queued the kernel runs the filter that the process attached to its socket, and the BPF "
        "programs of the process's cgroup. What they refuse is dropped with one reason for both "
        "(SKB_DROP_REASON_SOCKET_FILTER) and counted in the socket's drops; the application gets no error.",
    .look_alike =
        "kernel_firewall: netfilter drops before the socket is chosen, with a reason of its own. socket_rcvbuf_burst: the "
        "socket's drops rise as well, but the reason is a full buffer and RcvbufErrors moves.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 60,
    .runbook =
        {
            .detection =
                "The drops of one socket rise (d in skmem of ss -uamn) while Udp RcvbufErrors and its queue stay "
                "still.",
            .isolation =
                "The filter is the process's own (SO_ATTACH_FILTER, SO_ATTACH_BPF) or its cgroup's: ask the socket "
                "for the first, bpftool cgroup tree for the second. ss -b shows neither.",
            .mitigate = "Read feed {feed} by a process without the filter, or take the filter off the socket.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::application,
        },
    .judge = &judge,
};

}  // namespace wirecause
