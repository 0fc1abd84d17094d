// Cause: two or more lines of a feed lost the same messages before the capture point, so nobody has them.
//
// Mechanism    What the lines share drops them: the exchange's edge, a common switch or link, or the publisher never
//              sent them on any line.
// In a capture The same sequence numbers are missing on every line, and no line brings them later.
// Looks like   publisher_restart: then the numbers begin again and the old ones were never sent. capture_dropped: a
//              capture that stops for a moment loses what all lines bring in that moment.
// Careful      When the capture does not state its drops, the two holes themselves may decide. Lines are skewed in
//              time: the same numbers missing at two times that do not overlap would need a capture that drops at
//              random to pick the same numbers twice, so it was not the capture. Overlapping holes do not decide: one
//              pause of the capture explains both.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/common_actions.hpp"
#include "diagnose/host_case.hpp"
#include "diagnose/loss_case.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 10> kNeeds{
    "capture.dropped", "capture.packets",       "line.point",     "point.live",      "drop.before_tap",
    "nic.drops",       "nic.counters_complete", "nic.pause_sent", "consumer.unseen", "softnet_stat.dropped"};

Reason because(const LossCase& loss) {
  Reason reason;
  reason.text = "nobody brought {lost:unit}: {lines:line} lack the same numbers";
  reason.figures = {{"lost", loss.episode->lost}, {"lines", loss.lines_without, Fold::largest}};
  if (const LineLoss* line = loss.first_without()) add_origin(reason, loss.lost_origin, loss, *line);
  return reason;
}

std::vector<EvidenceId> evidence_of(const LossCase& loss) {
  std::vector<EvidenceId> ids;
  for (const LineLoss& line : loss.lines) {
    for (const EvidenceId id : origin_evidence(line)) ids.push_back(id);
  }
  return ids;
}

// A line at whose driver a program may have dropped, if there is one: it alone makes a common loss of a line's.
const LineLoss& line_with_program(const LossCase& loss) {
  for (const LineLoss& line : loss.lines) {
    if (line.line->missing_common > 0 && line.xdp && !line.xdp->dropped) return line;
  }
  return *loss.first_without();
}

Judgement judged(const LossCase& loss) {
  const Episode& episode = *loss.episode;
  const LineLoss& line = *loss.first_without();
  // Live it is what this host's own drops leave over: those take first (DESIGN D7).
  const bool by_number = is_before_capture(loss.lost_origin) && !line.is_live;
  Judgement j = named(episode.subject, line.place(loss.lost_origin), Severity::critical,
                      by_number ? Strength::by_number : Strength::pattern);
  add_holes(j, episode.lost_holes);
  j.claims = {{episode.subject, episode.lost, loss.lines_without}};
  j.evidence = evidence_of(loss);
  j.because = because(loss);
  leave_undecided(j, loss.lost_origin, line_with_program(loss));
  return j;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom != Symptom::loss) return {};
  const LossCase loss = loss_case(view, episode);
  if (loss.lines.empty()) return {};
  if (loss.unseen && episode.lost > 0) return {cannot_tell_unseen(view, episode.subject, *loss.unseen)};
  if (episode.lost == 0) {
    return {ruled_out(episode.subject, {"another line or a retransmission brought everything that was missing", {}})};
  }
  if (loss.lines_without < 2) return {ruled_out(episode.subject, {"no number is missing on two lines", {}})};
  return {judged(loss)};
}

constexpr std::array<Action, 2> kFix{
    Action{.command =
               "Exchange or network team: were the messages of feed {feed} between {from} and {to} UTC sent on all "
               "lines, and which element before our hand-over carries more than one line of {group}:{port}?",
           .when = When::other_team,
           .impact = "none: a question",
           .persist = "record the shared element in the line diversity plan",
           .verify = "wirecause analyze {file}"},
    kLookAtPackets,
};

constexpr std::array<std::string_view, 3> kPrevention{
    "Check that no switch, link or adapter carries both lines, and test it by pulling one line in a maintenance "
    "window.",
    "Have the handler request a gap from the recovery channel as soon as both lines have passed it.",
    "Alert on units lost after arbitration: these are the ones that reach the book."};

}  // namespace

extern constinit const Cause cause_net_common_loss{
    .id = "net_common_loss",
    .summary = "All lines of a feed lost the same messages before the capture point",
    .mechanism =
        "Something that all lines share drops the same messages: the exchange's edge, a common switch or link, or a "
        "publisher that did not send them on any line. No line can fill the gap for the other, so the units are lost "
        "unless a recovery channel brings them.",
    .look_alike =
        "publisher_restart: there the numbers begin again and the old ones were never sent. capture_dropped: a "
        "capture that stops for a moment loses what every line brings in that moment; it is excluded where it states "
        "that it dropped nothing, where three other streams went on, or where the lines lack the same numbers at "
        "different times.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 20,
    .runbook =
        {
            .detection =
                "The same sequence numbers are missing on every line of the feed and nobody brought them later.",
            .isolation =
                "Ask another host, or another site, whether it has the numbers: if it has, the fault is on our shared "
                "part of the path; if nobody has, it is the publisher's or the exchange's edge.",
            .mitigate = "Request the missing units of feed {feed} from the retransmission or recovery channel, or "
                        "rebuild from a snapshot; until then treat the books of this feed as stale.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::exchange,
            .ask = "Did you send the messages of feed {feed} between {from} and {to} UTC on all lines, and do other "
                   "members report the same gap?",
        },
    .judge = &judge,
};

}  // namespace wirecause
