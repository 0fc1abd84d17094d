// Cause: a BPF program at the driver (XDP), at tc or of a cgroup drops the feed.
//
// Mechanism    XDP_DROP at the driver, before there is a packet in the kernel's sense: mostly no word is said of it, only
//              drivers that count it do. Generic XDP, tc and cgroup programs free with SKB_DROP_REASON_XDP, TC_INGRESS,
//              TC_EGRESS, BPF_CGROUP_EGRESS (net/core/dev.c, net/sched); at the ingress of a cgroup the word is that of the
//              socket's filter, SOCKET_FILTER (net/core/filter.c).
// On the wire  XDP: a hole in what the tap sees. tc and cgroup: the tap sees every packet.
// Looks like   kernel_firewall: there the reason is NETFILTER_DROP. net_line_loss: a hole, too, and nothing else; where a
//              program is attached and nobody counted its drops, both remain.
// Careful      TC_INGRESS is also the word for a drop by a filter of tc that is no BPF program.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/drop_case.hpp"
#include "diagnose/host_case.hpp"
#include "diagnose/loss_case.hpp"
#include "diagnose/sums.hpp"
#include "evidence/drop_reason.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kXdp = "interface.xdp";
constexpr std::string_view kTc = "interface.tc_bpf";
constexpr std::array<std::string_view, 9> kNeeds{
    "drop.before_tap", "drop.before_tap_by_count", kXdp, kTc, "nic.rx_xdp_drops", "consumer.interface", "line.point",
    "point.interface", "consumer.has_filter"};

void add_program(Judgement& j, const EvidenceView& view, const Episode& episode, std::string_view name) {
  const Interface on = interface_of(view, episode);
  if (on.subject.kind != SubjectKind::interface) return;
  const auto attached = held_during(view, episode, name, on.subject);
  if (!attached || view.record(*attached).text.empty()) return;
  if (std::ranges::find(j.evidence, *attached) == j.evidence.end()) j.evidence.push_back(*attached);
  j.because.text += "; attached to {interface}: {program}";
  j.because.figures.push_back(word("interface", on.name));
  j.because.figures.push_back(word("program", view.record(*attached).text));
}

// --- behind the tap ---

std::string_view where_of(std::string_view reason) {
  if (reason.starts_with(drop_reason::kBpfCgroup)) return "a BPF program of a cgroup";
  if (reason == drop_reason::kXdp) return "a generic XDP program";
  return "a filter or BPF program at tc";
}

Judgement judge_drop(const EvidenceView& view, const Episode& episode) {
  Judgement j = explains_host_drop(episode);
  j.because = {"{where} dropped {datagrams:datagram} ({reason})",
               {word("where", std::string(where_of(episode.drop->reason))),
                {"datagrams", episode.drop->datagrams},
                word("reason", episode.drop->reason)}};
  add_program(j, view, episode, episode.drop->reason == drop_reason::kXdp ? kXdp : kTc);
  add_drop_evidence(j, view, episode);
  return j;
}

Judgement judge_cgroup(const EvidenceView& view, const Episode& episode) {
  Judgement j = explains_host_drop(episode);
  j.because = {"a BPF program of the reader's cgroup refused {datagrams:datagram} ({reason}): its socket has no filter",
               {{"datagrams", episode.drop->datagrams}, word("reason", episode.drop->reason)}};
  for (const std::string_view name : {"consumer.owner", "consumer.has_filter"}) {
    if (const auto id = view.id(name, episode.subject)) j.evidence.push_back(*id);
  }
  add_drop_evidence(j, view, episode);
  return j;
}

// --- before the tap ---

Judgement by_number(const EvidenceView& view, const Episode& episode, const std::vector<PlacedDrops>& drops) {
  Judgement j = explains_placed(episode, drops);
  j.because = {"an XDP program dropped {units:unit} before the tap", {{"units", units_of(drops)}}};
  add_program(j, view, episode, kXdp);
  return j;
}

// The driver counts what its programs drop: as many packets, of this feed or of others.
Judgement by_count(const EvidenceView& view, const LossCase& loss, const LineLoss& line) {
  const Growth& dropped = *line.xdp->dropped;
  const Episode& episode = *loss.episode;
  const std::uint64_t can = loss.carried.in(dropped.packets);
  const bool is_last = line.line->missing_common > 0 && episode.lost > 0;
  Judgement j =
      named(line.line->line, Place::on_this_host, is_last ? Severity::critical : Severity::warning, Strength::by_count);
  if (is_last) j.claims.push_back({episode.subject, episode.lost});
  if (line.line->missing_alone > 0) j.claims.push_back({line.line->line, line.line->missing_alone});
  j.bound = CountBound{dropped.records.front(), can};
  add_records(j, dropped.records);
  j.because = {
      "the driver counts {dropped:packet} dropped by an XDP program meanwhile, which hold {can:unit} at the average "
      "of this feed: {carried:unit} in {packets:data packet}",
      {{"dropped", dropped.packets},
       {"can", can},
       {"carried", loss.carried.units, Fold::largest},
       {"packets", loss.carried.packets, Fold::largest}}};
  add_program(j, view, episode, kXdp);
  return j;
}

// A program is attached, and nobody counted what it drops. Mirrors what net_line_loss and net_common_loss leave undecided.
std::optional<Judgement> undecided(const EvidenceView& view, const LossCase& loss) {
  const Episode& episode = *loss.episode;
  Judgement j = named(episode.subject, Place::on_this_host, Severity::warning, Strength::pattern);
  bool common = false;
  for (const LineLoss& line : loss.lines) {
    if (!line.xdp || line.xdp->dropped) continue;
    j.evidence.push_back(line.xdp->attached);
    common = common || line.line->missing_common > 0;
    if (line.line->missing_alone > 0) j.claims.push_back({line.line->line, line.line->missing_alone});
  }
  if (common && episode.lost > 0) {
    j.claims.push_back({episode.subject, episode.lost});
    j.severity = Severity::critical;
  }
  if (j.claims.empty()) return std::nullopt;
  j.because.text = "an XDP program is attached where the line arrives, and whether it dropped is not known";
  add_program(j, view, episode, kXdp);
  j.undecided_with = {"net_line_loss", "net_common_loss"};
  j.missing = kWhatDecidesXdp;
  return j;
}

std::vector<Judgement> judge_loss(const EvidenceView& view, const Episode& episode) {
  std::vector<PlacedDrops> drops = dropped_before_tap(view, episode);
  std::erase_if(drops, [](const PlacedDrops& drop) { return !is_bpf_drop(drop); });
  if (!drops.empty()) return {by_number(view, episode, drops)};
  const LossCase loss = loss_case(view, episode);
  if (loss.unseen) return {};  // then net_line_loss concludes nothing, and so does its partner
  std::vector<Judgement> judgements;
  for (const LineLoss& line : loss.lines) {
    if (line.xdp && line.xdp->dropped) judgements.push_back(by_count(view, loss, line));
  }
  if (auto maybe = undecided(view, loss)) judgements.push_back(std::move(*maybe));
  return judgements;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom == Symptom::loss) return judge_loss(view, episode);
  if (is_drop(episode) && is_bpf_reason(episode.drop->reason)) return {judge_drop(view, episode)};
  if (is_drop_by_cgroup(view, episode)) return {judge_cgroup(view, episode)};
  return {};
}

constexpr std::array<Action, 3> kFix{
    Action{.command = "bpftool net show dev {interface}",
           .impact = "reads which programs are attached where, with their ids",
           .verify = "bpftool prog show",
           .looks = true},
    Action{
        .command = "bpftool prog pin id {xdp} /sys/fs/bpf/wirecause_xdp && ip link set dev {interface} xdp off",
        .when = When::drain_first,
        .impact =
            "takes the XDP program off the interface and keeps it pinned; what it does besides dropping (a load "
            "balancer, AF_XDP, an agent's policy) stops; several drivers reset their queues. A program that is held "
            "by a link must be detached by its owner: bpftool link show",
        .undo =
            "bpftool net attach xdp pinned /sys/fs/bpf/wirecause_xdp dev {interface} && rm /sys/fs/bpf/wirecause_xdp",
        .verify = "ip link show dev {interface}"},
    Action{.command = "tc -s filter show dev {interface} ingress",
           .impact = "reads the filters and programs at tc with their counters: the one that drops has a count",
           .verify = "tc -s qdisc show dev {interface}",
           .looks = true},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Let every BPF program that may drop count by reason, and let the feeds' groups and ports pass first.",
    "List the attached programs (bpftool net show) before and after each change of an agent that loads them."};

}  // namespace

extern constinit const Cause cause_kernel_bpf_drop{
    .id = "kernel_bpf_drop",
    .summary = "A BPF program (XDP, tc or cgroup) dropped the feed",
    .mechanism =
        "A program that was loaded into the kernel decides about each packet: at the driver (XDP), at tc, or for a cgroup. "
        "What it drops at the driver leaves a hole in every capture of this host, often without any counter; what it drops "
        "later is seen by a capture and bears a reason.",
    .look_alike =
        "kernel_firewall: there the reason is NETFILTER_DROP. net_line_loss: a hole as well; where a program is attached at "
        "the driver and its drops are counted nowhere, both remain.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 45,
    .runbook =
        {
            .detection =
                "Drops with reason XDP, TC_INGRESS, TC_EGRESS or BPF_CGROUP_*; or a hole while an XDP program is "
                "attached.",
            .isolation =
                "bpftool net show lists the programs of {interface}; read their maps and counters, and compare with "
                "a minute without the program.",
            .mitigate = "Take feed {feed} from {sister} if that comes in on an interface without the program. "
                        "Request what nobody brought from the recovery channel.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::host,
        },
    .judge = &judge,
};

}  // namespace wirecause
