// Cause: one line of a feed lost packets before the point where they were captured.
//
// Mechanism    A queue, a damaged link or a pruned group drops packets of one line on its way; the sister line travels
//              elsewhere and brings the same numbers.
// In a capture Numbers are missing on one line and present on the other; on a feed with one line they are missing for
//              good.
// Looks like   capture_dropped: then the capture's own counter moves, or unrelated streams have holes at the same time.
//              A host loss behind the capture point does not show here at all.
// Careful      A capture that does not state its drops cannot exclude itself: fewer than three whole streams =
//              undecided.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/common_actions.hpp"
#include "diagnose/host_case.hpp"
#include "diagnose/loss_case.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 11> kNeeds{
    "capture.dropped", "capture.packets",      "line.point",     "point.live",
    "drop.before_tap", "drop.other_namespace", "nic.drops",      "nic.counters_complete",
    "nic.pause_sent",  "softnet_stat.dropped", "consumer.unseen"};

bool is_only_line_without(const LossCase& loss, const LineLoss& line) {
  return loss.lines_without == 1 && line.line->missing_common > 0 && loss.episode->lost > 0;
}

// All of it was seen to end in another network namespace of this machine, on its way here.
bool is_all_elsewhere(const LineLoss& line) { return line.elsewhere.units() >= line.line->missing; }

// All of it was seen to end on this host, and a cause of its own bears it.
bool is_all_here(const LineLoss& line) { return line.here.units() >= line.line->missing; }

void add_here(Reason& reason, const PlacedSum& here) {
  if (here.units() == 0) return;
  reason.text += "; {here:unit} ended on this host before the tap and are explained there";
  reason.figures.push_back({"here", here.units()});
}

void add_elsewhere(Reason& reason, const PlacedSum& elsewhere) {
  if (elsewhere.units() == 0) return;
  reason.text += "; {elsewhere:unit} ended in another network namespace of this machine: {where}";
  reason.figures.push_back({"elsewhere", elsewhere.units()});
  reason.figures.push_back(word("where", std::string(elsewhere.reason)));
}

void add_unnamed(Reason& reason, const PlacedSum& unnamed) {
  if (unnamed.units() == 0) return;
  reason.text += "; {unnamed:unit} ended on this host before the tap: {reason}";
  reason.figures.push_back({"unnamed", unnamed.units()});
  reason.figures.push_back(word("reason", std::string(unnamed.reason)));
}

Place place_of(const LineLoss& line) {
  return is_all_elsewhere(line) ? Place::before_this_host : line.place(line.origin);
}

// Live it is what this host's own drops leave over, so those, which are seen or counted, take first (DESIGN D7).
Strength strength_of(const LineLoss& line) {
  if (is_all_elsewhere(line)) return Strength::by_number;
  return is_before_capture(line.origin) && !line.is_live ? Strength::by_number : Strength::pattern;
}

Reason because(const LossCase& loss, const LineLoss& line) {
  const EpisodeLine& l = *line.line;
  Reason reason;
  reason.figures = {{"name", 0, Fold::largest, Unit::none, l.name.empty() ? "this line" : "line " + l.name},
                    {"missing", l.missing},
                    {"holes", l.holes},
                    {"alone", l.missing_alone},
                    {"lost", loss.episode->lost},
                    {"outage", l.outage}};
  if (!is_only_line_without(loss, line)) {
    reason.text = "{name} lacks {missing:unit} in {holes:hole}, of which another line brought {alone}";
  } else if (l.missing_alone == 0) {
    reason.text = "{name} lacks {missing:unit} in {holes:hole}, and no other line brought them";
  } else {
    reason.text = "{name} lacks {missing:unit} in {holes:hole}, of which nobody brought {lost}";
  }
  if (l.outage > 0) reason.text += ", {outage} of them while it was silent";
  add_here(reason, line.here);
  add_elsewhere(reason, line.elsewhere);
  add_unnamed(reason, line.unnamed);
  if (!is_all_elsewhere(line)) add_origin(reason, line.origin, loss, line);
  return reason;
}

// This host dropped all of it before the tap, and its kernel's word for that belongs to no cause.
Judgement unnamed_drop(const LossCase& loss, const LineLoss& line) {
  Judgement j = cannot_tell(line.line->line, because(loss, line),
                            "what freed them: perf trace -e skb:kfree_skb, or bpftrace on that tracepoint by location");
  j.severity = is_only_line_without(loss, line) ? Severity::critical : Severity::warning;
  j.evidence = origin_evidence(line);
  return j;
}

Judgement judged(const LossCase& loss, const LineLoss& line) {
  if (line.unnamed.units() >= line.line->missing) return unnamed_drop(loss, line);
  const EpisodeLine& l = *line.line;
  const Severity severity = is_only_line_without(loss, line) ? Severity::critical : Severity::warning;
  Judgement j = named(l.line, place_of(line), severity, strength_of(line));
  j.recovered = l.missing_alone - std::min(l.outage, l.missing_alone);
  if (l.missing_alone > 0) {
    j.claims.push_back({l.line, l.missing_alone});
    add_holes(j, l.alone);
  }
  if (is_only_line_without(loss, line)) {
    j.claims.push_back({loss.episode->subject, loss.episode->lost});
    add_holes(j, l.common);
  }
  j.holes = std::min(j.holes, l.holes);  // one hole may hold units of both kinds
  j.evidence = origin_evidence(line);
  j.because = because(loss, line);
  if (!is_all_elsewhere(line)) leave_undecided(j, line.origin, line);
  return j;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom != Symptom::loss) return {};
  const LossCase loss = loss_case(view, episode);
  if (loss.unseen && !loss.lines.empty()) return {cannot_tell_unseen(view, episode.subject, *loss.unseen)};
  std::vector<Judgement> judgements;
  for (const LineLoss& line : loss.lines) {
    const bool lacks = line.line->missing_alone > 0 || is_only_line_without(loss, line);
    if (lacks && !is_all_here(line)) judgements.push_back(judged(loss, line));
  }
  if (judgements.empty() && std::ranges::any_of(loss.lines, is_all_here)) {
    return {ruled_out(episode.subject, {"this host dropped all of it before the tap", {}})};
  }
  if (judgements.empty() && !loss.lines.empty()) {
    judgements.push_back(ruled_out(episode.subject, {"what one line lacks, the other lacks too", {}}));
  }
  return judgements;
}

constexpr std::array<Action, 3> kFix{
    Action{
        .command =
            "Network team: on every hop of {group}:{port} from {source} (line {line}), read CRC errors, discards and "
            "queue drops of the ingress and egress ports between {from} and {to} UTC, and say which counter moved.",
        .when = When::other_team,
        .impact = "none: counters are read",
        .persist = "keep the port in the team's drop monitoring",
        .verify = kShowPackets},
    Action{.command = "ethtool -S {interface} | grep -iE 'crc|err|drop|miss|discard|fifo'",
           .impact = "reads driver statistics once",
           .verify = "ip -s -s link show dev {interface}",
           .looks = true},
    capture_again(
        {.command = "dumpcap -i {interface} -B 256 -s 0 -f 'udp and dst port {port}' -w next.pcapng",
         .impact =
             "256 MiB of capture buffer and the disk's write rate: run it on the capture host, not on the trading host",
         .persist = "capture as pcapng for good: it states its own drops"}),
};

constexpr std::array<std::string_view, 3> kPrevention{
    "Alert on the lost units of each line, not only on what is lost after arbitration: a silent line costs the "
    "redundancy.",
    "Keep lines A and B on separate switches, adapters and cores, so that one fault takes one line.",
    "Capture as pcapng with drop counts, so that the next loss can be told from a loss of the capture."};

}  // namespace

extern constinit const Cause cause_net_line_loss{
    .id = "net_line_loss",
    .summary = "One line of a feed lost packets before the capture point",
    .mechanism =
        "A full queue, a damaged link, a policer or a pruned multicast tree drops packets of one line on its way. "
        "The sister line takes another way and brings the same sequence numbers, so the feed is complete after "
        "arbitration, but it has no redundancy while the fault lasts. On a feed with a single line the units are "
        "lost for good.",
    .look_alike =
        "capture_dropped: the capture itself lost the packets. Then its own drop counter moves, or unrelated streams "
        "have holes at the same time. The capture is excluded where it states that it dropped nothing, or where at "
        "least three other streams went on through a hole; otherwise both remain.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 25,
    .runbook =
        {
            .detection =
                "Units of one line are missing while another line, or a retransmission, brought them; a line that is "
                "silent for a second while its sister goes on is an outage.",
            .isolation =
                "Compare the hole with other streams of the same capture and with the capture's own drop counter. Then "
                "walk the path of this line alone: the sister shows what the publisher sent.",
            .mitigate =
                "Take feed {feed} from {sister} while that is whole. If units were lost for good, request them from the "
                "exchange's retransmission or recovery channel before the next decision is made on them.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::network,
            .ask = "Which port on the path of {group}:{port} from {source} dropped packets or went down between "
                   "{from} and {to} UTC?",
        },
    .judge = &judge,
};

}  // namespace wirecause
