// Cause: one capture holds the same packets seen at two places on their way.
//
// Mechanism    Two interfaces of a bridge, router or VM host are captured into one file, or a mirror copies a packet
//              before and after a hop.
// In a capture The same IP packet comes again with another TTL, MAC address, VLAN or interface, after a constant
//              offset.
// Looks like   capture_duplicated: there the copy is identical. net_duplication: some packets only, identical.
// Careful      One packet at two points has two times and is no duplicate (DESIGN D4): loss is judged for each point.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/common_actions.hpp"
#include "diagnose/points.hpp"
#include "diagnose/repeat_case.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 6> kNeeds{
    "capture.second_sight",       "capture.second_sight_share",        "capture.second_sight_elsewhere",
    "capture.second_sight_delay", "capture.second_sight_delay_spread", "line.point"};

// What differs between the two sights, in the tap's words.
std::string what_differs(const EvidenceView& view, Subject point) {
  const Record* record = view.find("capture.second_sight", point);
  return record == nullptr || record->text.empty() ? "with another TTL, MAC address, VLAN or interface" : record->text;
}

Judgement named_at(const EvidenceView& view, Subject point, const Repeats& sights) {
  Judgement j = named(point, Place::capture, Severity::info, Strength::by_number);
  j.evidence = sights.evidence;
  j.because.text = "{share} of the packets were seen again after {delay} (spread {spread}): {what}";
  j.because.figures = {{"share", sights.share, Fold::largest, Unit::per_million},
                       {"delay", sights.delay, Fold::largest, Unit::nanoseconds},
                       {"spread", sights.spread, Fold::largest, Unit::nanoseconds},
                       {"what", 0, Fold::largest, Unit::none, what_differs(view, point)}};
  return j;
}

Judgement excluded_at(Subject point, const Repeats& sights) {
  Reason reason{"only {share} of the packets were seen again with another TTL, MAC address, VLAN or interface", {}};
  if (sights.share >= kShareOfTwoPoints) {
    reason.text =
        "{share} of the packets were seen again, but after delays that differ by {spread}: no fixed second point";
  }
  reason.figures = {{"share", sights.share, Fold::largest, Unit::per_million},
                    {"spread", sights.spread, Fold::largest, Unit::nanoseconds}};
  return ruled_out(point, std::move(reason));
}

// Where the capture doubles everything anyway, that explains the duplicates.
bool is_doubled(const EvidenceView& view, Subject point) {
  const auto repeats = identical_repeats(view, point);
  return repeats && capture_doubles(*repeats);
}

std::vector<Judgement> judge_duplicates(const EvidenceView& view, const Episode& episode) {
  std::vector<Judgement> judgements;
  for (const EpisodeLine& line : episode.lines) {
    const Subject point = point_of(view, line.line);
    const auto sights = second_sights(view, point);
    if (line.duplicates == 0 || !sights || is_doubled(view, point)) continue;
    if (!shows_two_points(*sights)) {
      judgements.push_back(excluded_at(point, *sights));
      continue;
    }
    judgements.push_back(named_at(view, point, *sights));
    judgements.back().share = line.duplicates;
  }
  return judgements;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom == Symptom::duplication) return judge_duplicates(view, episode);
  if (episode.symptom != Symptom::observation) return {};
  const auto sights = second_sights(view, episode.subject);
  if (!sights || sights->packets == 0) return {};
  if (shows_two_points(*sights)) return {named_at(view, episode.subject, *sights)};
  return {excluded_at(episode.subject, *sights)};
}

constexpr std::array<Action, 2> kFix{
    Action{
        .command =
            "tshark -r {file} -T fields -e frame.number -e frame.interface_name -e eth.src -e vlan.id -e ip.ttl -e ip.id",
        .impact = "reads the capture",
        .verify = "capinfos {file}",
        .looks = true},
    capture_again(
        {.impact =
             "256 MiB of capture buffer and the disk's write rate on the capture host; one interface, not \"any\"",
         .persist = "name the interface in the unit or script that starts the capture"}),
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Give each observation point its own interface or file, and name it: --point NAME=FILE.",
    "Do not capture on \"any\" on a bridge, router or VM host: the same packet is seen on each port that it crosses."};

}  // namespace

extern constinit const Cause cause_capture_two_points{
    .id = "capture_two_points",
    .summary = "The capture holds the same packets seen at two places",
    .mechanism =
        "Two interfaces that a packet crosses are captured together, or a mirror copies it before and after a hop. "
        "The same IP packet is in the capture twice, with another TTL, MAC address, VLAN or interface, after the "
        "time that it took between the two places: a constant one where nothing queues between them.",
    .look_alike =
        "capture_duplicated: the second copy is identical down to the link header. net_duplication: only some "
        "packets come twice, identical.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 100,
    .runbook =
        {
            .detection =
                "At least half of the packets come a second time with another TTL, MAC address, VLAN or "
                "interface: nearly all of them, or after a constant offset, or at another interface of the file.",
            .isolation = "Group the packets by what differs: each group is one place on the path.",
            .mitigate = "Nothing is lost. Judge loss and latency for each place on its own.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::capture,
        },
    .judge = &judge,
};

}  // namespace wirecause
