// Cause: the path brought packets of a line more than once.
//
// Mechanism    A forwarding loop that expires, a switch that floods during a topology change, two routers that both
//              forward a group (no assert yet), or a publisher that sends twice.
// In a capture Numbers that a line has brought already come again on that line.
// Looks like   capture_duplicated: nearly all packets of the point, constant delay. capture_two_points: the copy
//              differs in TTL, MAC, VLAN or interface.
// Careful      Duplicates are counted beside the units that were expected, never inside; they do not hide a loss.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/common_actions.hpp"
#include "diagnose/points.hpp"
#include "diagnose/repeat_case.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 7> kNeeds{"capture.repeated",
                                                 "capture.repeated_share",
                                                 "capture.repeated_delay",
                                                 "capture.repeated_delay_spread",
                                                 "capture.second_sight_share",
                                                 "capture.second_sight_delay",
                                                 "line.point"};

std::string line_text(const EpisodeLine& line) { return line.name.empty() ? "this line" : "line " + line.name; }

Judgement named_on(const EpisodeLine& line, const Repeats& repeats) {
  Judgement j = named(line.line, Place::before_this_host, Severity::info, Strength::by_number);
  j.share = line.duplicates;
  j.evidence = repeats.evidence;
  j.because.text = "{name} brought {again:unit} again, while {share} of all packets at this point came twice";
  j.because.figures = {{"name", 0, Fold::largest, Unit::none, line_text(line)},
                       {"again", line.duplicates},
                       {"share", repeats.share, Fold::largest, Unit::per_million}};
  return j;
}

Judgement unknown_on(const EpisodeLine& line) {
  Reason reason{"{name} brought {again:unit} again, but nobody looked whether the capture doubles packets", {}};
  reason.figures = {{"name", 0, Fold::largest, Unit::none, line_text(line)}, {"again", line.duplicates}};
  return cannot_tell(line.line, std::move(reason),
                     "a capture of one point whose packets carry IP, so that repeats can be counted");
}

Judgement judged(const EvidenceView& view, const EpisodeLine& line) {
  const Subject point = point_of(view, line.line);
  const auto repeats = identical_repeats(view, point);
  const auto sights = second_sights(view, point);
  if (!repeats) return unknown_on(line);
  if (capture_doubles(*repeats)) return ruled_out(line.line, {"the capture delivers every packet twice", {}});
  if (sights && shows_two_points(*sights)) {
    return ruled_out(line.line, {"the capture holds the packets seen at two places", {}});
  }
  return named_on(line, *repeats);
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom != Symptom::duplication) return {};
  std::vector<Judgement> judgements;
  for (const EpisodeLine& line : episode.lines) {
    if (line.duplicates > 0) judgements.push_back(judged(view, line));
  }
  return judgements;
}

constexpr std::array<Action, 2> kFix{
    Action{
        .command =
            "Network team: which device forwarded {group}:{port} from {source} twice between {from} and {to} UTC? "
            "Look for a spanning-tree change, flooding after a MAC table flush, or two routers that both forward the "
            "group.",
        .when = When::other_team,
        .impact = "none: a question",
        .verify = kShowPackets},
    kRemoveCopies,
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Have the handler drop what it has seen by number: an A/B handler does so already.",
    "Watch duplicates of each line: their rise is often the first sign of a topology change."};

}  // namespace

extern constinit const Cause cause_net_duplication{
    .id = "net_duplication",
    .summary = "The path brought some packets of a line more than once",
    .mechanism =
        "A loop that expires, flooding after a topology change, or two routers that forward the same group copy some "
        "packets on the way. The numbers of a line come again; a handler that arbitrates by number drops them.",
    .look_alike =
        "capture_duplicated: nearly every packet at the point comes twice after a constant delay. "
        "capture_two_points: the copy has another TTL, MAC address, VLAN or interface.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 32,
    .runbook =
        {
            .detection =
                "A line brings numbers that it has brought before, and the framing does not mark them as sent again.",
            .isolation =
                "See whether the copies differ in TTL or MAC address, and whether other streams are doubled too: one "
                "stream points at its sender or group, all streams at the mirror.",
            .mitigate = "Nothing is lost: arbitration by number drops the copies. If they load the line, use {sister}.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::network,
            .ask = "Which device forwarded {group}:{port} from {source} twice between {from} and {to} UTC?",
        },
    .judge = &judge,
};

}  // namespace wirecause
