// Cause: the tap or SPAN session delivered every packet twice.
//
// Mechanism    A SPAN session mirrors both directions of a port, or two mirrored ports that a packet crosses, onto one
//              link; every packet is written twice, microseconds apart.
// In a capture Nearly all packets have an identical twin (link header, TTL, IP id, bytes) after a constant delay.
// Looks like   net_duplication: the path doubles some packets or one stream. capture_two_points: the twin differs in
//              TTL, MAC, VLAN or interface.
// Careful      Percentages of a handful of packets say nothing; loss and latency are counted once all the same.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/common_actions.hpp"
#include "diagnose/points.hpp"
#include "diagnose/repeat_case.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 5> kNeeds{"capture.repeated", "capture.repeated_share", "capture.repeated_delay",
                                                 "capture.repeated_delay_spread", "line.point"};

Judgement named_at(Subject point, const Repeats& repeats) {
  Judgement j = named(point, Place::capture, Severity::info, Strength::by_number);
  j.evidence = repeats.evidence;
  j.because.text = "{share} of the packets at this point came twice, identical, after {delay} (spread {spread})";
  j.because.figures = {{"share", repeats.share, Fold::largest, Unit::per_million},
                       {"delay", repeats.delay, Fold::largest, Unit::nanoseconds},
                       {"spread", repeats.spread, Fold::largest, Unit::nanoseconds}};
  return j;
}

Judgement excluded_at(Subject point, const Repeats& repeats) {
  Reason reason{"only {share} of the packets at this point came twice: a tap that doubles does so with all of them",
                {}};
  if (repeats.share >= kShareOfDoubledCapture) {
    reason.text =
        "{share} of the packets came twice, but after delays that differ by {spread}: a tap's delay is constant";
  }
  reason.figures = {{"share", repeats.share, Fold::largest, Unit::per_million},
                    {"spread", repeats.spread, Fold::largest, Unit::nanoseconds}};
  return ruled_out(point, std::move(reason));
}

std::vector<Judgement> judge_duplicates(const EvidenceView& view, const Episode& episode) {
  std::vector<Judgement> judgements;
  for (const EpisodeLine& line : episode.lines) {
    const Subject point = point_of(view, line.line);
    const auto repeats = identical_repeats(view, point);
    if (line.duplicates == 0 || !repeats) continue;
    if (!capture_doubles(*repeats)) {
      judgements.push_back(excluded_at(point, *repeats));
      continue;
    }
    judgements.push_back(named_at(point, *repeats));
    judgements.back().share = line.duplicates;
  }
  return judgements;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom == Symptom::duplication) return judge_duplicates(view, episode);
  if (episode.symptom != Symptom::observation) return {};
  const auto repeats = identical_repeats(view, episode.subject);
  if (!repeats || repeats->packets == 0) return {};
  if (capture_doubles(*repeats)) return {named_at(episode.subject, *repeats)};
  return {excluded_at(episode.subject, *repeats)};
}

constexpr std::array<Action, 2> kFix{
    kRemoveCopies,
    Action{
        .command =
            "Network team: let the mirror session that feeds {point} copy each packet once: one direction (rx) of the "
            "ports, or one port of the pair that traffic crosses.",
        .when = When::other_team,
        .impact = "the mirror is interrupted for a moment; production traffic is not touched",
        .takes_effect = TakesEffect::next_capture,
        .persist = "save the switch's running configuration",
        .undo = "restore the former direction of the mirror session",
        .verify = "wirecause analyze next.pcapng"},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Mirror one direction of each port, or use a passive tap with one capture interface a direction.",
    "Check a new mirror with a minute of capture before it is relied on: no packet should come twice."};

}  // namespace

extern constinit const Cause cause_capture_duplicated{
    .id = "capture_duplicated",
    .summary = "The tap or mirror port delivered every packet twice",
    .mechanism =
        "A mirror session copies both directions of a port, or both ports that a packet crosses, onto one link. "
        "Every packet is written twice, identical down to its link header, with a delay that does not change. Counts "
        "of packets and bytes double; nothing is wrong on the path.",
    .look_alike =
        "net_duplication: the path doubles some packets or one stream only, or at varying delays. "
        "capture_two_points: the second copy differs in TTL, MAC address, VLAN or interface.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 100,
    .runbook =
        {
            .detection = "At least 95 % of the packets at one point have an identical twin after a constant delay.",
            .isolation = "Compare the two copies: same link header, TTL and IP id means the same wire seen twice.",
            .mitigate = "Nothing is lost. Sequence numbers are counted once; remove the copies before other tools "
                        "count packets.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::capture,
        },
    .judge = &judge,
};

}  // namespace wirecause
