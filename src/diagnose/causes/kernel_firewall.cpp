// Cause: a firewall rule of this host drops the feed.
//
// Mechanism    A rule of nftables or iptables says drop: nf_hook_slow() (net/netfilter/core.c) or, since 6.7,
//              nft_do_chain() frees the packet with SKB_DROP_REASON_NETFILTER_DROP. No counter of UDP or IP moves; only
//              the rule's own does.
// On the wire  The tap sees every packet; sockets get none, or only those of another group or port.
// Looks like   kernel_conntrack_full: the same reason, but connection tracking's drop counter moves. Without that counter,
//              and without the symbol of a rule, both remain.
// Careful      A socket filter bears a reason of its own (SOCKET_FILTER).
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/drop_case.hpp"
#include "diagnose/netfilter_case.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kTables = "netfilter.tables";
constexpr std::array<std::string_view, 7> kNeeds{"nf_conntrack.drop",
                                                 "nf_conntrack.early_drop",
                                                 "net.netfilter.nf_conntrack_count",
                                                 "net.netfilter.nf_conntrack_max",
                                                 "netfilter.rule_packets",
                                                 kTables,
                                                 "line.group"};
constexpr std::array<std::string_view, 1> kState{kTables};

Reason dropped_by_a_rule(const EvidenceView& view, const Episode& episode) {
  Reason reason{"netfilter dropped {datagrams:datagram}", {{"datagrams", episode.drop->datagrams}}};
  const auto tables = held_during(view, episode, kTables, kHost);
  if (!tables || view.record(*tables).text.empty()) return reason;
  reason.text += "; tables loaded: {tables}";
  reason.figures.push_back(word("tables", view.record(*tables).text));
  return reason;
}

Judgement by_rule(const EvidenceView& view, const Episode& episode, const NetfilterCase& netfilter) {
  Judgement j = explains_host_drop(episode);
  j.because = dropped_by_a_rule(view, episode);
  if (netfilter.rule) {
    j.because.text += "; the counter of this rule grew by {counted}: {rule}";
    j.because.figures.push_back({"counted", netfilter.rule->packets});
    j.because.figures.push_back(word("rule", netfilter.rule->text));
  } else if (netfilter.tracking == Tracking::is_rule) {
    j.because.text += "; a rule freed them";
  } else {
    j.because.text += "; connection tracking dropped nothing meanwhile";
  }
  return j;
}

// What connection tracking counted is less than what was dropped: the rest met a rule.
Judgement rest_of_tracking(const EvidenceView& view, const Episode& episode, std::uint64_t tracked) {
  Judgement j = explains_host_drop(episode);
  j.strength = Strength::pattern;
  j.because = dropped_by_a_rule(view, episode);
  j.because.text += ", of which connection tracking counts no more than {tracked} as its own";
  j.because.figures.push_back({"tracked", tracked});
  return j;
}

Judgement undecided(const EvidenceView& view, const Episode& episode, std::string_view why) {
  Judgement j = explains_host_drop(episode);
  j.strength = Strength::pattern;
  j.because = dropped_by_a_rule(view, episode);
  j.because.text += why;
  j.undecided_with = {"kernel_conntrack_full"};
  j.missing = "conntrack -S (its column drop) before and after, or the counters of the rules (nft list ruleset)";
  return j;
}

Judgement judged(const EvidenceView& view, const Episode& episode, const NetfilterCase& netfilter) {
  switch (netfilter.tracking) {
    case Tracking::is_rule:
    case Tracking::still:
      return by_rule(view, episode, netfilter);
    case Tracking::has_room:
      return undecided(view, episode, "; connection tracking counted drops although its table was not full");
    case Tracking::unknown:
      return undecided(view, episode, "; whether connection tracking dropped them is not known");
    case Tracking::full:
      break;
  }
  const std::uint64_t tracked = netfilter.dropped->packets;
  if (tracked < episode.drop->datagrams) return rest_of_tracking(view, episode, tracked);
  return ruled_out(episode.subject, {"connection tracking counts {tracked:drop} of its own", {{"tracked", tracked}}});
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (!is_netfilter_drop(episode)) return {};
  const NetfilterCase netfilter = netfilter_case(view, episode);
  Judgement j = judged(view, episode, netfilter);
  add_records(j, netfilter.evidence);
  add_states(j, view, episode, kHost, kState);
  add_drop_evidence(j, view, episode);
  return {j};
}

constexpr std::array<Action, 3> kFix{
    Action{.command = "nft -a list ruleset | grep -nE 'chain|drop|reject|policy'",
           .impact =
               "reads the rules with their handles and counters: the one whose counter grows with the feed is the one",
           .verify = "nft list ruleset",
           .looks = true},
    Action{
        .command =
            "nft insert rule {rulefamily} {ruletable} {rulechain} {ipfamily} daddr {group} udp dport {port} accept",
        .impact =
            "lets this group and port pass ahead of the rule that counted the drops; every chain of the hook must let "
            "a packet pass, so a drop in another table needs the same there",
        .persist = "the rule in the host's firewall configuration (firewalld, /etc/nftables.conf)",
        .undo =
            "nft delete rule {rulefamily} {ruletable} {rulechain} handle $(nft -a list chain {rulefamily} {ruletable} "
            "{rulechain} | sed -n '/daddr {group} udp dport {port} accept/s/.*# handle //p' | head -1)",
        .verify = "nft -a list chain {rulefamily} {ruletable} {rulechain}"},
    Action{.command = "iptables -I INPUT 1 -i {interface} -p udp -d {group} --dport {port} -j ACCEPT",
           .impact = "the same where the rule is one of iptables (IPv6: ip6tables)",
           .persist = "the rule in the host's firewall configuration (iptables-save)",
           .undo = "iptables -D INPUT -i {interface} -p udp -d {group} --dport {port} -j ACCEPT",
           .verify = "iptables -nvL INPUT 1"},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Keep the groups and ports of every feed in the firewall's configuration, and test them after each change of rules.",
    "Give every rule that drops a counter and alert on it."};

}  // namespace

extern constinit const Cause cause_kernel_firewall{
    .id = "kernel_firewall",
    .summary = "A firewall rule of this host dropped the feed",
    .mechanism =
        "A rule of nftables or iptables, or the policy of a chain, drops the datagrams between the tap and the socket. The "
        "capture shows the whole feed, membership and buffers are in order, and no counter of UDP moves.",
    .look_alike =
        "kernel_conntrack_full: it drops with the same reason, NETFILTER_DROP, but connection tracking's own drop counter "
        "moves. Where that counter was not read, both remain.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 55,
    .runbook =
        {
            .detection = "Drops with reason NETFILTER_DROP while connection tracking's drop counter is still.",
            .isolation = "Find the rule whose counter grows with the feed: nft list ruleset twice, a second apart.",
            .mitigate =
                "Let {group}:{port} on {interface} pass ahead of the rule. Take feed {feed} from {sister} meanwhile.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::host,
        },
    .judge = &judge,
};

}  // namespace wirecause
