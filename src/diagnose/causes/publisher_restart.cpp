// Cause: the publisher began a new session or reset its sequence numbers.
//
// Mechanism    The publisher restarted, failed over to a site with a new session, or resets at its scheduled time.
// In a capture A new session id, the framing's reset mark, or numbers that begin again, on all lines of the feed.
// Looks like   A giant gap or a wrap: there the numbers go up, or wrap at the end of their range. One line that changes
//              its source: there the other line goes on.
// Careful      Numbers of two sessions must never be subtracted. What was sent between the last packet of the old
//              session and its end cannot be known.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/common_actions.hpp"
#include "diagnose/episode_records.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 4> kNeeds{"feed.restart", "feed.restart_idle", "feed.restart_lines",
                                                 "feed.line_count"};

// A feed that was quiet for a minute before restarts on schedule, or after its day; one that was not, restarts in use.
constexpr std::uint64_t kActiveNs = 60'000'000'000;
constexpr std::int64_t kSilentRestart = 2;  // value of feed.restart: only the numbers show it

Reason seen(const EvidenceView& view, const Episode& episode, EvidenceId restart) {
  const std::string& text = view.record(restart).text.empty() ? episode.text : view.record(restart).text;
  return {"{how}", {{"how", 1, Fold::sum, Unit::none, text.empty() ? "the numbers begin again" : text}}};
}

void add_lines(Reason& reason, std::uint64_t restarted, std::uint64_t lines) {
  reason.text += " on {restarted} of {lines:line}";
  reason.figures.push_back({"restarted", restarted, Fold::largest});
  reason.figures.push_back({"lines", lines, Fold::largest});
}

Severity severity_after(std::optional<std::uint64_t> idle) {
  return idle && *idle < kActiveNs ? Severity::warning : Severity::info;
}

Judgement judged(const EvidenceView& view, const Episode& episode, EvidenceId restart) {
  const auto idle = count_of(view, episode, "feed.restart_idle");
  const auto restarted = count_of(view, episode, "feed.restart_lines");
  const auto lines = count_of(view, episode, "feed.line_count");
  Reason because = seen(view, episode, restart);
  if (!restarted || !lines || *restarted < *lines) {
    if (restarted && lines) add_lines(because, *restarted, *lines);
    return cannot_tell(
        episode.subject, std::move(because),
        "a capture that holds all lines of the feed beyond the restart: on one line alone it may be a change "
        "of its source");
  }
  add_lines(because, *restarted, *lines);
  if (idle) {
    because.text += ", after {idle} without a packet";
    because.figures.push_back({"idle", *idle, Fold::largest, Unit::nanoseconds});
  }
  Judgement j = named(episode.subject, Place::publisher, severity_after(idle),
                      view.record(restart).value == kSilentRestart ? Strength::pattern : Strength::by_number);
  j.because = std::move(because);
  return j;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom != Symptom::restart) return {};
  const auto restart = record_of(view, episode, "feed.restart");
  if (!restart) return {};
  Judgement j = judged(view, episode, *restart);
  j.evidence = records_of(view, episode, kNeeds);
  return {j};
}

constexpr std::array<Action, 2> kFix{
    Action{.command =
               "Exchange: did the publisher of feed {feed} ({group}:{port}, source {source}) restart or fail over at "
               "{from} UTC, and from which message must members recover?",
           .when = When::other_team,
           .impact = "none: a question",
           .persist = "note the exchange's restart schedule beside the alert",
           .verify = "wirecause analyze {file}"},
    kLookAtPackets,
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Let the handler treat a new session as a new number space: clear its books, then rebuild from the snapshot "
    "channel.",
    "Rehearse a publisher restart in the exchange's test environment, with the feed in use."};

}  // namespace

extern constinit const Cause cause_publisher_restart{
    .id = "publisher_restart",
    .summary = "The publisher began a new session or reset its numbers",
    .mechanism =
        "The publisher was restarted, failed over to another site, or reset its numbers on schedule. All lines carry "
        "a new session id, a reset mark, or numbers that begin again. A handler that takes this for a gap waits for "
        "numbers that will never come, or drops everything as old.",
    .look_alike =
        "A giant gap or a wrap: there the numbers go up, or wrap at the end of their range. A change of source on "
        "one line: there the other line goes on with the old numbers.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 5,
    .runbook =
        {
            .detection = "A new session id, the framing's reset mark, or three packets in a row that agree on low "
                         "numbers, on all lines of the feed.",
            .isolation = "Compare the time with the exchange's schedule: idle before it means a scheduled reset, "
                         "traffic until the last moment means a restart in use.",
            .mitigate = "Rebuild the books of feed {feed} from the snapshot or recovery channel of the new session; "
                        "do not request numbers of the old one.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::exchange,
            .ask = "Did the publisher of feed {feed} restart at {from} UTC, and from which message must members "
                   "recover?",
        },
    .judge = &judge,
};

}  // namespace wirecause
