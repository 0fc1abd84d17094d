// Cause: the table of connection tracking was full, so new flows were dropped.
//
// Mechanism    nf_conntrack_in() (net/netfilter/nf_conntrack_core.c) finds nf_conntrack_max entries and none that it may
//              throw out: it counts `drop`, and netfilter frees the packet with SKB_DROP_REASON_NETFILTER_DROP. The
//              kernel log says "nf_conntrack: table full, dropping packet".
// On the wire  The tap sees every packet. A feed that has its entry goes on until early_drop throws the entry out: one that
//              has had no answer, as a multicast feed never has, is the first to go.
// Looks like   kernel_firewall: the same reason, but these counters are still.
// Careful      The counters are of the whole network namespace: they pay for no more than they moved.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/drop_case.hpp"
#include "diagnose/netfilter_case.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 5> kNeeds{"nf_conntrack.drop", "nf_conntrack.early_drop",
                                                 "net.netfilter.nf_conntrack_count", "net.netfilter.nf_conntrack_max",
                                                 "line.group"};

void add_table(Reason& reason, const NetfilterCase& netfilter) {
  if (!netfilter.most || !netfilter.limit) return;
  reason.text += "; its table held {most} of {limit} entries";
  reason.figures.push_back({"most", *netfilter.most, Fold::largest});
  reason.figures.push_back({"limit", *netfilter.limit, Fold::largest});
}

Judgement full(const Episode& episode, const NetfilterCase& netfilter) {
  Judgement j = explains_drop_by_count(episode, *netfilter.dropped);
  j.because = {"netfilter dropped {datagrams:datagram}, and connection tracking counts {tracked:drop} of its own",
               {{"datagrams", episode.drop->datagrams}, {"tracked", netfilter.dropped->packets}}};
  add_table(j.because, netfilter);
  return j;
}

Judgement undecided(const Episode& episode, const NetfilterCase& netfilter) {
  Judgement j = explains_host_drop(episode);
  j.strength = Strength::pattern;
  j.because = {"netfilter dropped {datagrams:datagram}", {{"datagrams", episode.drop->datagrams}}};
  j.because.text +=
      netfilter.dropped ? "; connection tracking counted drops" : "; connection tracking's drops were not read";
  add_table(j.because, netfilter);
  j.undecided_with = {"kernel_firewall"};
  j.missing = "conntrack -S (its column drop) before and after, and \"table full\" in the kernel log";
  return j;
}

Judgement judged(const Episode& episode, const NetfilterCase& netfilter) {
  switch (netfilter.tracking) {
    case Tracking::is_rule:
      return ruled_out(episode.subject, {"a rule of nftables freed them", {}});
    case Tracking::still:
      return ruled_out(episode.subject, {"connection tracking dropped nothing meanwhile", {}});
    case Tracking::full:
      return full(episode, netfilter);
    case Tracking::has_room:
    case Tracking::unknown:
      break;
  }
  return undecided(episode, netfilter);
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (!is_netfilter_drop(episode)) return {};
  const NetfilterCase netfilter = netfilter_case(view, episode);
  Judgement j = judged(episode, netfilter);
  j.evidence = netfilter.evidence;
  add_drop_evidence(j, view, episode);
  return {j};
}

constexpr std::array<Action, 2> kFix{
    Action{.command = "sysctl -w net.netfilter.nf_conntrack_max={largerconntrack}",
           .impact =
               "twice the entries, at about 320 bytes of kernel memory each; of the whole machine, from its first "
               "network namespace",
           .persist =
               "net.netfilter.nf_conntrack_max in /etc/sysctl.d/90-wirecause.conf, applied after the module is loaded",
           .undo = "sysctl -w net.netfilter.nf_conntrack_max={conntrack}",
           .verify = "conntrack -S"},
    Action{.command = "iptables -t raw -I PREROUTING 1 -i {interface} -p udp -d {group} --dport {port} -j CT --notrack",
           .impact =
               "the feed is no longer tracked: it costs no entry and no look-up. A rule that accepts only established "
               "flows no longer matches it (IPv6: ip6tables)",
           .persist = "the rule in the host's firewall configuration",
           .undo = "iptables -t raw -D PREROUTING -i {interface} -p udp -d {group} --dport {port} -j CT --notrack",
           .verify = "conntrack -L -p udp --dst {group}"},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Do not track market data at all: exempt the groups and ports of every feed in the raw table.",
    "Alert at 80 % of nf_conntrack_max, and on the drop column of conntrack -S."};

}  // namespace

extern constinit const Cause cause_kernel_conntrack_full{
    .id = "kernel_conntrack_full",
    .summary = "Connection tracking's table was full: new flows were dropped",
    .mechanism =
        "Every flow through netfilter takes an entry in a table of nf_conntrack_max entries. When it is full and no entry "
        "may be thrown out, the packet is dropped. A multicast feed has no answers, so its entry is among the first to be "
        "thrown out, and its next packet is a new flow.",
    .look_alike =
        "kernel_firewall: a rule drops with the same reason, NETFILTER_DROP, while connection tracking's drop counter is "
        "still. Where that counter was not read, both remain.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 54,
    .runbook =
        {
            .detection =
                "Drops with reason NETFILTER_DROP while connection tracking's drop counter moves; \"table full, "
                "dropping packet\" in the kernel log.",
            .isolation = "Look what fills the table: conntrack -L | cut -d' ' -f1 | sort | uniq -c, and by source.",
            .mitigate = "Raise nf_conntrack_max. Take feed {feed} from {sister} meanwhile.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::host,
        },
    .judge = &judge,
};

}  // namespace wirecause
