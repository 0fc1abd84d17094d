// Cause: datagrams for a port of this host that nobody has bound.
//
// Mechanism    Unicast: __udp4_lib_rcv() (net/ipv4/udp.c) finds no socket, counts Udp.NoPorts, answers with ICMP port
//              unreachable and frees with SKB_DROP_REASON_NO_SOCKET. Multicast: __udp4_lib_mcast_deliver() frees
//              unlabelled and counts Udp.IgnoredMulti; nobody is told.
// On the wire  The tap sees every packet; for unicast also our ICMP answers.
// Looks like   kernel_no_membership: there somebody has bound the port and IP, not UDP, is where it ends.
// Careful      Multicast that nobody here has joined or bound is nobody's loss: a port floods it. By count NoPorts is of
//              the whole network namespace.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/drop_case.hpp"
#include "diagnose/membership_case.hpp"
#include "evidence/drop_reason.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 7> kNeeds{"Udp.NoPorts", "Udp.IgnoredMulti", "Udp6NoPorts",   "Udp6IgnoredMulti",
                                                 "line.group",  "line.port",        "consumer.local"};

// The counter of the group's family: IPv6 has a table of its own.
struct Counters {
  std::string_view unicast = "Udp.NoPorts";
  std::string_view multicast = "Udp.IgnoredMulti";
};
Counters counters_for(std::string_view group) {
  if (group.find(':') == std::string_view::npos) return {};
  return {"Udp6NoPorts", "Udp6IgnoredMulti"};
}

std::string port_of(const EvidenceView& view, const Episode& episode) {
  const Subject line = episode.lines.empty() ? episode.subject : episode.lines.front().line;
  const Record* port = view.find("line.port", line);
  return port == nullptr || port->text.empty() ? "that" : port->text;
}

// Nobody's units are lost, but somebody sends them to this host on purpose.
Judgement warned(Judgement j) {
  j.severity = std::max(j.severity, Severity::warning);
  return j;
}

Judgement with_counter(Judgement j, const std::optional<Growth>& counted, std::string_view name) {
  if (!counted) return j;
  add_records(j, counted->records);
  j.because.text += "; " + std::string(name) + " moved by {counted}";
  j.because.figures.push_back({"counted", counted->packets});
  return j;
}

std::vector<Judgement> judge_unicast(const EvidenceView& view, const Episode& episode, const Counters& names) {
  const auto counted = growth_of(view, episode, names.unicast);
  Reason because{"{datagrams:datagram} came for port {port}, which nobody had bound",
                 {{"datagrams", episode.drop->datagrams}, word("port", port_of(view, episode))}};
  if (is_drop_by(episode, drop_reason::kNoSocket)) {
    Judgement j = warned(explains_host_drop(episode));
    j.because = std::move(because);
    return {with_counter(std::move(j), counted, names.unicast)};
  }
  if (!is_drop_at(episode, Checkpoint::udp) || !is_drop_by_counter(episode)) return {};
  if (!counted) {
    return {cannot_tell(episode.subject, {"the count of datagrams for ports that nobody bound was not read", {}},
                        "nstat -az UdpNoPorts before and after, or the drop probe")};
  }
  if (counted->packets == 0) return {ruled_out(episode.subject, {"no datagram came for a port that nobody bound", {}})};
  Judgement j = warned(explains_drop_by_count(episode, *counted));
  j.because = std::move(because);
  j.because.text += "; " + std::string(names.unicast) + " moved by {counted}";
  j.because.figures.push_back({"counted", counted->packets});
  return {j};
}

Judgement at_udp(const EvidenceView& view, const Episode& episode, const Counters& names) {
  Judgement j = warned(explains_host_drop(episode));
  j.because = {
      "the group is joined on this host, and nobody has bound port {port} for it: {datagrams:datagram} ended in UDP",
      {{"datagrams", episode.drop->datagrams}, word("port", port_of(view, episode))}};
  return with_counter(std::move(j), growth_of(view, episode, names.multicast), names.multicast);
}

// UDP is reached by a group that is joined; what ends in IP before it was asked for by nobody.
std::vector<Judgement> judge_multicast(const EvidenceView& view, const Episode& episode, const Counters& names) {
  if (!is_drop_by(episode, drop_reason::kNotSpecified)) return {};
  if (episode.subject.kind == SubjectKind::consumer) {
    if (!is_drop_at(episode, Checkpoint::udp)) return {};
    return {ruled_out(episode.subject, {"a socket of this host is bound to the port", {}})};
  }
  if (is_drop_at(episode, Checkpoint::udp)) return {at_udp(view, episode, names)};
  if (!is_drop_at(episode, Checkpoint::ip)) return {};
  return {ruled_out(episode.subject,
                    {"nobody on this host has joined the group or bound the port: it is sent to others", {}})};
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (!is_drop(episode)) return {};
  const std::string group = group_of(view, episode);
  const Counters names = counters_for(group);
  std::vector<Judgement> judgements =
      is_group(group) ? judge_multicast(view, episode, names) : judge_unicast(view, episode, names);
  for (Judgement& j : judgements) add_drop_evidence(j, view, episode);
  return judgements;
}

constexpr std::array<Action, 2> kFix{
    Action{
        .command =
            "Application team: which process should read {group}:{port} on this host, and is it up and bound to that "
            "address and port?",
        .when = When::other_team,
        .impact = "none: a question; a process that starts gets the feed from then on",
        .takes_effect = TakesEffect::restart,
        .persist = "a supervisor that restarts it (systemd: Restart=always)",
        .verify = "ss -ulnpe"},
    Action{.command = "ss -ulnpe",
           .impact = "lists bound UDP sockets with address, port and process: look for a near miss of the port",
           .verify = "nstat -az UdpNoPorts UdpIgnoredMulti",
           .looks = true},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Alert when a feed's port has no bound socket during the session.",
    "Stop the sender, or leave the group, for what nobody reads: it costs the host receive work and, for unicast, an ICMP "
    "answer a packet."};

}  // namespace

extern constinit const Cause cause_kernel_no_listener{
    .id = "kernel_no_listener",
    .summary = "Datagrams came for a port of this host that nobody has bound",
    .mechanism =
        "The process that should read the port is down, not yet up, or bound to another port or address. For unicast the "
        "kernel answers with ICMP port unreachable and counts NoPorts; multicast to a group that is joined here it drops "
        "silently and counts IgnoredMulti.",
    .look_alike =
        "kernel_no_membership: there a process is bound to the port and has not joined the group on the arriving interface; "
        "the drop is in IP, not in UDP.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 64,
    .runbook =
        {
            .detection = "Drops with reason NO_SOCKET, Udp NoPorts moves; for a joined group: unlabelled drops in UDP, "
                         "IgnoredMulti moves.",
            .isolation = "List the bound sockets (ss -ulnpe) and compare port and address with {group}:{port}.",
            .mitigate =
                "Start the process that reads {group}:{port}; recover what it missed from the recovery channel.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::application,
        },
    .judge = &judge,
};

}  // namespace wirecause
