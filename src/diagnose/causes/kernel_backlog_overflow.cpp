// Cause: a CPU's input queue was full, so the kernel dropped packets before anybody on this host saw them.
//
// Mechanism    enqueue_to_backlog() (net/core/dev.c) finds the CPU's queue over net.core.netdev_max_backlog: software
//              interfaces (veth, loopback, bridges) and RPS put packets there, a NAPI driver without RPS does not. It counts
//              softnet_stat's second column and frees with SKB_DROP_REASON_CPU_BACKLOG.
// On the wire  A hole in what the tap sees, for the tap sits behind this queue.
// Looks like   nic_ring_overflow: there the adapter's counters move (missed, fifo, no buffer) and softnet's do not.
// Careful      softnet_stat counts all traffic of the machine's CPUs: by count it pays for no more than it moved, and for
//              nothing where the drop probe reports every drop. A full flow limit counts there, too.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/host_case.hpp"
#include "diagnose/loss_case.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 9> kNeeds{"drop.before_tap",
                                                 "drop.before_tap_by_count",
                                                 "softnet_stat.dropped",
                                                 "softnet_stat.flow_limit_count",
                                                 "net.core.netdev_max_backlog",
                                                 "drop.probe",
                                                 "drop.records_lost",
                                                 "feed.units_seen",
                                                 "feed.data_packets"};

void add_limit(Judgement& j, const EvidenceView& view, const Episode& episode) {
  const auto held = held_during(view, episode, "net.core.netdev_max_backlog", kHost);
  if (!held) return;
  j.evidence.push_back(*held);
  j.because.text += "; net.core.netdev_max_backlog is {limit}";
  j.because.figures.push_back({"limit", as_count(view.record(*held).value), Fold::largest});
}

Judgement named_by_number(const EvidenceView& view, const Episode& episode, const std::vector<PlacedDrops>& drops) {
  Judgement j = explains_placed(episode, drops);
  j.because = {"{units:unit} ended at a full per-CPU input queue (CPU_BACKLOG) before the tap",
               {{"units", units_of(drops)}}};
  add_limit(j, view, episode);
  return j;
}

std::vector<Claim> all_that_is_missing(const LossCase& loss) {
  std::vector<Claim> claims;
  const std::uint64_t copies = std::max<std::uint64_t>(1, loss.lines_without);
  if (loss.episode->lost > 0) claims.push_back({loss.episode->subject, loss.episode->lost, copies});
  for (const LineLoss& line : loss.lines) {
    if (line.line->missing_alone > 0) claims.push_back({line.line->line, line.line->missing_alone});
  }
  return claims;
}

Judgement named_by_count(const EvidenceView& view, const LossCase& loss, const Growth& dropped) {
  const Episode& episode = *loss.episode;
  const std::uint64_t can = loss.carried.in(dropped.packets);
  Judgement j = named(episode.subject, Place::on_this_host, episode.lost > 0 ? Severity::critical : Severity::warning,
                      Strength::by_count);
  j.claims = all_that_is_missing(loss);
  j.bound = CountBound{dropped.records.front(), can};
  add_records(j, dropped.records);
  j.because = {
      "softnet_stat counts {dropped:packet} dropped at the per-CPU input queues meanwhile, which hold {can:unit} "
      "at the average of this feed: {carried:unit} in {packets:data packet}",
      {{"dropped", dropped.packets},
       {"can", can},
       {"carried", loss.carried.units, Fold::largest},
       {"packets", loss.carried.packets, Fold::largest}}};
  add_limit(j, view, episode);
  return j;
}

Judgement judged_by_count(const EvidenceView& view, const LossCase& loss, const Growth& dropped) {
  const Episode& episode = *loss.episode;
  if (dropped.packets == 0) {
    return ruled_out(episode.subject, {"softnet_stat counted no packet dropped at the per-CPU input queues", {}});
  }
  if (drops_are_reported(view, episode)) {
    return ruled_out(episode.subject, {"every drop is reported, and none of this feed at a per-CPU input queue", {}});
  }
  const auto limited = growth_of(view, episode, "softnet_stat.flow_limit_count");
  if (limited && limited->packets >= dropped.packets) {
    return cannot_tell(
        episode.subject,
        {"the flow limit dropped {limited:packet}, not the length of the queue", {{"limited", limited->packets}}},
        "the same minutes with net.core.flow_limit_cpu_bitmap at 0");
  }
  return named_by_count(view, loss, dropped);
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom != Symptom::loss) return {};
  std::vector<PlacedDrops> drops = dropped_before_tap(view, episode);
  std::erase_if(drops, [](const PlacedDrops& drop) { return !is_backlog_drop(drop); });
  if (!drops.empty()) return {named_by_number(view, episode, drops)};
  const auto dropped = growth_of(view, episode, "softnet_stat.dropped");
  if (!dropped) return {};
  const LossCase loss = loss_case(view, episode);
  if (loss.lines.empty()) return {};
  return {judged_by_count(view, loss, *dropped)};
}

constexpr std::array<Action, 3> kFix{
    Action{.command = "sysctl -w net.core.netdev_max_backlog={largerbacklog}",
           .impact = "softnet_stat shows drops here, so the queue is too short for the burst: four times its length; a "
                     "longer queue holds more memory and can add delay under overload",
           .persist = "net.core.netdev_max_backlog in /etc/sysctl.d/90-wirecause.conf",
           .undo = "sysctl -w net.core.netdev_max_backlog={backlog}",
           .verify = "cut -d' ' -f2 /proc/net/softnet_stat"},
    Action{.command = "cat /sys/class/net/{interface}/queues/rx-0/rps_cpus",
           .impact = "reads which CPUs this interface's packets are spread over: all zero means the one that takes the "
                     "interrupt",
           .verify = "grep -E 'NET_RX|CPU' /proc/softirqs",
           .looks = true},
    Action{.command = "ps -eLo psr,pcpu,tid,comm --sort=-pcpu",
           .impact = "reads what runs on which CPU: a thread that keeps the CPU of the full queue busy starves it",
           .verify = "cut -d' ' -f2,3 /proc/net/softnet_stat",
           .looks = true},
};

constexpr std::array<std::string_view, 3> kPrevention{
    "Alert on the second column of /proc/net/softnet_stat of each CPU.",
    "Keep application threads off the CPU that does the receive work of the feed's interface.",
    "On a physical adapter with several queues leave RPS off: then packets do not pass this queue at all."};

}  // namespace

extern constinit const Cause cause_kernel_backlog_overflow{
    .id = "kernel_backlog_overflow",
    .summary = "A CPU's input queue was full: packets dropped before the tap",
    .mechanism =
        "Packets of software interfaces, and those that RPS hands to another CPU, wait in a queue of that CPU "
        "(net.core.netdev_max_backlog packets, counted by softnet_stat). When its CPU is too busy to empty it, the kernel "
        "drops what arrives before any socket, capture or firewall has seen it.",
    .look_alike =
        "nic_ring_overflow: there the adapter's own counters move (rx_missed_errors, rx_fifo_errors, no buffer) and "
        "softnet_stat does not. net_line_loss: neither moves.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 48,
    .runbook =
        {
            .detection = "Drops with reason CPU_BACKLOG, or the second column of /proc/net/softnet_stat grows while a "
                         "feed has a hole.",
            .isolation = "Look which CPU's line of /proc/net/softnet_stat grows, and what else runs on that CPU: its "
                         "position in the file is not its number where CPUs are off line.",
            .mitigate =
                "Move whatever keeps the receiving CPU busy. Take feed {feed} from {sister} while that is whole.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::host,
        },
    .judge = &judge,
};

}  // namespace wirecause
