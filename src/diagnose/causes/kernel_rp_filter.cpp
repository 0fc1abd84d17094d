// Cause: the reverse-path filter dropped packets whose source is not routed through the interface that they came on.
//
// Mechanism    fib_validate_source() (net/ipv4/fib_frontend.c) looks up the route to the *source*. Strict (1): it must lead
//              out of the arriving interface; loose (2): out of any. The larger of conf.all and the interface counts.
//              Counted as TcpExt.IPReversePathFilter, freed with SKB_DROP_REASON_IP_RPFILTER.
// On the wire  The tap sees every packet; the socket, although it has joined, gets none of this source.
// Looks like   kernel_no_membership: there the drop bears no reason of its own, and this counter is still.
// Careful      The counter is of the whole network namespace: by count it pays for no more than it moved. IPv6 has no such
//              filter (a firewall rule may do the same: kernel_firewall).
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/drop_case.hpp"
#include "diagnose/host_case.hpp"
#include "evidence/drop_reason.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kEffective = "rp_filter.effective";
constexpr std::string_view kOfInterface = "net.ipv4.conf.rp_filter";
constexpr std::string_view kCounter = "TcpExt.IPReversePathFilter";

constexpr std::array<std::string_view, 6> kNeeds{kCounter,      kEffective,   kOfInterface,
                                                 "line.source", "line.group", "consumer.interface"};
constexpr std::array<std::string_view, 2> kSettings{kEffective, kOfInterface};

std::string source_of(const EvidenceView& view, const Episode& episode) {
  const Subject line = episode.lines.empty() ? episode.subject : episode.lines.front().line;
  const Record* source = view.find("line.source", line);
  return source == nullptr || source->text.empty() ? "this source" : source->text;
}

std::string_view mode_text(std::int64_t mode) { return mode == 0 ? "off" : mode == 1 ? "strict" : "loose"; }

void add_filter(Judgement& j, const EvidenceView& view, const Episode& episode) {
  const Interface on = interface_of(view, episode);
  j.because.figures.push_back(word("source", source_of(view, episode)));
  j.because.figures.push_back(word("interface", on.name.empty() ? "its interface" : on.name));
  if (const auto mode = value_during(view, episode, kEffective, on.subject)) {
    j.because.text += "; the filter there is {mode}";
    j.because.figures.push_back(word("mode", std::string(mode_text(*mode))));
  }
  add_states(j, view, episode, on.subject, kSettings);
}

Judgement by_reason(const EvidenceView& view, const Episode& episode) {
  Judgement j = explains_host_drop(episode);
  j.because = {"{datagrams:datagram} from {source} ended at the reverse-path filter of {interface} (IP_RPFILTER)",
               {{"datagrams", episode.drop->datagrams}}};
  add_filter(j, view, episode);
  if (const auto counted = growth_of(view, episode, kCounter)) add_records(j, counted->records);
  add_drop_evidence(j, view, episode);
  return j;
}

// Without the kernel's word for each drop.
Judgement by_counter(const EvidenceView& view, const Episode& episode) {
  const auto counted = growth_of(view, episode, kCounter);
  if (!counted) {
    return cannot_tell(episode.subject, {"the counter of the reverse-path filter was not read", {}},
                       "nstat -az TcpExtIPReversePathFilter before and after, or the drop probe");
  }
  if (counted->packets == 0) return ruled_out(episode.subject, {"TcpExt.IPReversePathFilter did not move", {}});
  if (value_during(view, episode, kEffective, interface_of(view, episode).subject) == 0) {
    return ruled_out(episode.subject, {"the reverse-path filter is off on this interface", {}});
  }
  Judgement j = explains_drop_by_count(episode, *counted);
  j.because = {
      "TcpExt.IPReversePathFilter moved by {counted:packet} while {datagrams:datagram} from {source} that came on "
      "{interface} got no further than IP",
      {{"counted", counted->packets}, {"datagrams", episode.drop->datagrams}}};
  add_filter(j, view, episode);
  return j;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (is_drop_by(episode, drop_reason::kIpRpfilter)) return {by_reason(view, episode)};
  if (!is_drop_at(episode, Checkpoint::ip)) return {};
  if (is_drop_by_counter(episode)) return {by_counter(view, episode)};
  return {ruled_out(episode.subject, {"the kernel gives another reason than IP_RPFILTER for these drops", {}})};
}

constexpr std::array<Action, 3> kFix{
    Action{.command = "sysctl -w net/ipv4/conf/{interface}/rp_filter=2",
           .impact =
               "loose: a source counts as valid if any interface has a route to it; 2 outweighs all=1, for the kernel "
               "takes the larger of the two",
           .persist = "net/ipv4/conf/{interface}/rp_filter=2 in /etc/sysctl.d/90-wirecause.conf",
           .undo = "sysctl -w net/ipv4/conf/{interface}/rp_filter={rpfilter}",
           .verify = "nstat -az TcpExtIPReversePathFilter"},
    Action{.command = "ip route add {source}/32 dev {interface}",
           .when = When::drain_first,
           .impact = "the right route: the filter stays strict; replies to the source leave by this interface, too. A "
                     "filter of 2 without any route to the source, default route included, still drops",
           .persist = "the route in the interface's network configuration",
           .undo = "ip route del {source}/32 dev {interface}",
           .verify = "ip route get {source}"},
    Action{.command = "sysctl net/ipv4/conf/all/rp_filter net/ipv4/conf/{interface}/rp_filter",
           .impact = "reads the settings: to switch the filter off, both all and the interface must be 0",
           .verify = "ip route get {source}",
           .looks = true},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Set rp_filter=2 on every interface that receives multicast from sources which the default route does not lead to, and "
    "check it after each change of routes or distribution.",
    "Alert on TcpExt IPReversePathFilter: on a trading host it should never move."};

}  // namespace

extern constinit const Cause cause_kernel_rp_filter{
    .id = "kernel_rp_filter",
    .summary = "The reverse-path filter dropped a source not routed through here",
    .mechanism =
        "Before a packet is delivered the kernel asks by which interface it would answer its source. With the strict "
        "filter (rp_filter=1) and a route to the publisher through another interface, or none, it drops the packet "
        "silently: a capture shows the whole feed, the socket gets nothing.",
    .look_alike =
        "kernel_no_membership: there too the capture is whole and the socket empty, but the drop bears no reason of its own "
        "and IPReversePathFilter is still.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 58,
    .runbook =
        {
            .detection =
                "Drops with reason IP_RPFILTER; TcpExt IPReversePathFilter moves while the tap sees every packet.",
            .isolation =
                "Ask the route to the publisher (ip route get {source}): if it does not leave by {interface}, the "
                "strict filter drops it.",
            .mitigate =
                "Set rp_filter to 2 on {interface}: it takes effect with the next packet, no restart is needed.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::host,
        },
    .judge = &judge,
};

}  // namespace wirecause
