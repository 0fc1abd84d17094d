// Cause: the application waits for a multicast group that it has not joined, or has joined on another interface.
//
// Mechanism    bind() to a group's port asks for nothing; IP_ADD_MEMBERSHIP does, on one interface: the one given, else the
//              one to which the route of the group leads. Without a membership of the arriving interface IP frees the
//              packet unlabelled (NOT_SPECIFIED at ip_rcv_finish_core), and no switch that snoops sends the group here.
// On the wire  The tap may see the group (promiscuous port, flooding switch, veth) or nothing at all.
// Looks like   publisher_stall: there the membership is present. kernel_rp_filter: its drops bear a reason of their own.
// Careful      /proc/net/igmp knows interfaces, not sockets. With IP_MULTICAST_ALL a socket also gets what others on this
//              host have joined, so it may live for months on a stranger's membership.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/drop_case.hpp"
#include "diagnose/membership_case.hpp"
#include "evidence/drop_reason.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 9> kNeeds{
    "consumer.is_member",     "consumer.host_membership", "consumer.memberships",
    "consumer.multicast_all", "consumer.group",           "consumer.interface",
    "consumer.kind",          "absence.seen_on",          "absence.waited"};

constexpr std::string_view kIterator =
    "the memberships of the socket itself (the BPF socket iterator: run as root), or strace -e setsockopt of the "
    "application's start";

void add_place(Reason& reason, const MembershipCase& member) {
  reason.figures.push_back(word("group", member.group.empty() ? "its group" : member.group));
  reason.figures.push_back(
      word("interface", member.interface.name.empty() ? "the arriving interface" : member.interface.name));
}

Judgement cannot(const Episode& episode, std::string_view why, std::string_view missing, const MembershipCase& member) {
  Judgement j = cannot_tell(episode.subject, {std::string(why), {}}, std::string(missing));
  add_place(j.because, member);
  j.severity = episode.lost > 0 ? Severity::critical : Severity::warning;
  return j;
}

// --- packets came, and ended in IP or UDP ---

Judgement dropped(const Episode& episode, const MembershipCase& member, std::string_view what) {
  Judgement j = explains_host_drop(episode);
  j.because = {std::string(what), {{"datagrams", episode.drop->datagrams}}};
  add_place(j.because, member);
  add_joined(j.because, member);
  return j;
}

Judgement at_ip(const Episode& episode, const MembershipCase& member) {
  switch (member.membership) {
    case Membership::none:
      return dropped(episode, member,
                     "{datagrams:datagram} of {group} ended in IP: the socket has not joined the group on {interface}");
    case Membership::own:
    case Membership::only_others:
      return cannot(
          episode, "{group} is joined on {interface}, yet IP frees its packets without a reason of their own",
          "a join of other sources only would do that: /proc/net/mcfilter lists the sources of each membership",
          member);
    case Membership::unknown:
      break;
  }
  return cannot(episode, "whether the socket has joined {group} on {interface} is not known", kIterator, member);
}

Judgement passed_by(const Episode& episode, const MembershipCase& member) {
  return dropped(
      episode, member,
      "{datagrams:datagram} of {group} passed this socket by: others on this host have joined it on {interface}, "
      "this socket has not, and its IP_MULTICAST_ALL is off");
}

Judgement at_udp(const Episode& episode, const MembershipCase& member) {
  if (member.membership == Membership::own) {
    return ruled_out(episode.subject, {"the socket itself has joined the group on that interface", {}});
  }
  if (member.membership == Membership::unknown || !member.gets_others) {
    return cannot(episode, "whether the socket has joined {group} on {interface} is not known", kIterator, member);
  }
  if (*member.gets_others) {
    return cannot(episode,
                  "UDP found no socket for {group} on {interface}, although this one takes what others have joined",
                  "the address and port that the socket was bound to at that time (ss -ulnpe)", member);
  }
  return passed_by(episode, member);
}

// By counters alone, or from memberships: the kernel passes by a socket that takes only what it joined itself, without a
// drop.
Judgement by_counter(const Episode& episode, const MembershipCase& member) {
  if (member.membership == Membership::none || member.membership == Membership::unknown) return at_ip(episode, member);
  if (member.membership == Membership::only_others && member.gets_others == false) return passed_by(episode, member);
  return ruled_out(episode.subject, {"the group is joined on that interface", {}});
}

Judgement judge_place(const Episode& episode, const MembershipCase& member) {
  if (is_drop_by_counter(episode)) return by_counter(episode, member);
  return is_drop_at(episode, Checkpoint::ip) ? at_ip(episode, member) : at_udp(episode, member);
}

std::vector<Judgement> judge_drop(const EvidenceView& view, const Episode& episode) {
  const bool is_unlabelled = is_drop_by(episode, drop_reason::kNotSpecified) || is_drop_by_counter(episode);
  const bool is_here = is_drop_at(episode, Checkpoint::ip) || is_drop_at(episode, Checkpoint::udp);
  if (episode.subject.kind != SubjectKind::consumer || !is_here || !is_group(group_of(view, episode))) return {};
  if (!is_unlabelled) {
    if (!is_drop_at(episode, Checkpoint::ip)) return {};
    return {ruled_out(episode.subject,
                      {"the kernel gives a reason for these drops; for a missing membership it has none", {}})};
  }
  const MembershipCase member = membership_case(view, episode);
  Judgement j = judge_place(episode, member);
  j.evidence = member.evidence;
  add_drop_evidence(j, view, episode);
  return {j};
}

// --- nothing came ---

Judgement absent(const Episode& episode, const MembershipCase& member, std::string_view what) {
  Judgement j = named(episode.subject, Place::on_this_host, Severity::warning, Strength::by_number);
  j.because = {std::string(what), {}};
  add_place(j.because, member);
  return j;
}

Judgement came_elsewhere(const EvidenceView& view, const Episode& episode, const MembershipCase& member,
                         EvidenceId seen) {
  Judgement j = absent(episode, member, "{group} is awaited on {interface} and comes on {seen} instead");
  j.because.figures.push_back(word("seen", view.record(seen).text));
  add_joined(j.because, member);
  j.evidence.push_back(seen);
  return j;
}

Judgement not_joined(const Episode& episode, const MembershipCase& member, std::string_view what) {
  Judgement j = absent(episode, member, what);
  add_joined(j.because, member);
  return j;
}

Judgement judge_waiting(const Episode& episode, const MembershipCase& member) {
  switch (member.membership) {
    case Membership::own:
      return ruled_out(episode.subject, {"the socket has joined the group on that interface", {}});
    case Membership::none:
      return not_joined(episode, member, "the socket waits for {group} and has not joined it on {interface}");
    case Membership::only_others:
      if (!member.gets_others) break;
      if (*member.gets_others) {
        return ruled_out(episode.subject,
                         {"others on this host have joined the group there, and the socket takes it", {}});
      }
      return not_joined(episode, member,
                        "the socket waits for {group} and has not joined it on {interface}; others have, but its "
                        "IP_MULTICAST_ALL is off");
    case Membership::unknown:
      break;
  }
  return cannot(episode, "whether the socket has joined {group} on {interface} is not known", kIterator, member);
}

std::vector<Judgement> judge_absence(const EvidenceView& view, const Episode& episode) {
  const Record* kind = view.find("consumer.kind", episode.subject);
  if (kind != nullptr && kind->text == "bypass") return {};
  const MembershipCase member = membership_case(view, episode);
  if (!is_group(member.group)) return {};
  const auto seen = seen_elsewhere(view, episode, member);
  Judgement j = seen ? came_elsewhere(view, episode, member, *seen) : judge_waiting(episode, member);
  add_records(j, member.evidence);
  if (const auto waited = view.of_episode(episode, "absence.waited")) j.evidence.push_back(*waited);
  return {j};
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom == Symptom::absence) return judge_absence(view, episode);
  if (is_drop(episode)) return judge_drop(view, episode);
  return {};
}

constexpr std::array<Action, 3> kFix{
    Action{.command =
               "Application team: join {group} on {interface} by name, not by default: IP_ADD_MEMBERSHIP with "
               "ip_mreqn.imr_ifindex of {interface} (IPv6: IPV6_JOIN_GROUP with its index), and check its result.",
           .when = When::other_team,
           .impact = "the socket asks for the group on that interface; with a restart the feed begins anew",
           .takes_effect = TakesEffect::restart,
           .persist = "name the interface in the application's configuration",
           .verify = "grep -A9 {interface} /proc/net/igmp"},
    Action{.command = "ip address add {group}/32 dev {interface} autojoin",
           .impact =
               "this host joins the group on {interface} for as long as the address stands, by IGMP report as an "
               "application would; every bound socket that has IP_MULTICAST_ALL on then gets it, no restart. Only ip "
               "maddr would not do: it sets the adapter's filter and joins nothing",
           .undo = "ip address del {group}/32 dev {interface}",
           .verify = "ip maddr show dev {interface}"},
    Action{.command = "ip route add {group}/32 dev {interface}",
           .when = When::after_close,
           .impact = "an application that names no interface joins where this route leads; it must be restarted",
           .takes_effect = TakesEffect::restart,
           .persist = "the route in the interface's network configuration",
           .undo = "ip route del {group}/32 dev {interface}",
           .verify = "ip route get {group}"},
};

constexpr std::array<std::string_view, 3> kPrevention{
    "Name the interface in every join; a join by default follows the routing table, and moves when that does.",
    "Compare /proc/net/igmp with the list of feeds after each start, and alert on a group without a packet for 5 s.",
    "Let each process join what it reads, and set IP_MULTICAST_ALL to 0: then nobody lives on another's membership."};

}  // namespace

extern constinit const Cause cause_kernel_no_membership{
    .id = "kernel_no_membership",
    .summary = "The application has not joined the group on the arriving interface",
    .mechanism =
        "A socket that is bound to a group's port gets packets only if the group is joined on the interface on which they "
        "come. Where the join is missing, failed, or went to another interface because it named none, the kernel drops what "
        "arrives without giving a reason, and a snooping switch sends nothing.",
    .look_alike =
        "publisher_stall: there the membership is present and still nothing comes. kernel_rp_filter: joined and still "
        "empty, but its drops bear the reason IP_RPFILTER.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 60,
    .runbook =
        {
            .detection =
                "A bound socket without a packet of its group for 5 s or three heartbeats; unlabelled drops in IP or "
                "UDP while the socket's memberships do not hold the group on the arriving interface.",
            .isolation =
                "Compare the socket's memberships with the interface on which the group comes; /proc/net/igmp shows "
                "who has joined per interface, not per process.",
            .mitigate =
                "Join {group} on {interface} for the host (ip address add ... autojoin): a bound socket gets it at "
                "once.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::application,
        },
    .judge = &judge,
};

}  // namespace wirecause
