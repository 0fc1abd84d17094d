// Cause: the publisher of a feed sent nothing for a while although it should have.
//
// Mechanism    The publishing process, its gateway or its matching engine stopped: a fail-over, a halt, a long pause.
// In a capture All lines of the feed are silent together, heartbeats are missing, the numbers go on where they stopped,
//              and the send times in the messages have the same pause.
// Looks like   A path that holds packets back: then the send times go on through the pause, the messages are old when
//              they come. A group that is pruned or a link that is down: then the numbers jump, what was sent is
//              missing.
// Careful      Without send times nothing in the capture tells the publisher from the path. Hours in which a market is
//              closed are not known here. Live, a group of which no packet ever came is never laid to its publisher: a
//              switch that pruned it looks the same. While a bypass consumer of the feed is unseen nothing is concluded.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/common_actions.hpp"
#include "diagnose/episode_records.hpp"
#include "diagnose/host_case.hpp"
#include "diagnose/membership_case.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 5> kOfSilence{"feed.silence", "feed.silence_send_gap",
                                                     "feed.silence_other_streams", "feed.silence_continued",
                                                     "feed.heartbeats_missed"};
constexpr std::array<std::string_view, 9> kNeeds{
    "feed.silence",           "feed.silence_send_gap",  "feed.silence_other_streams",
    "feed.silence_continued", "feed.heartbeats_missed", "absence.waited",
    "absence.seen_on",        "consumer.group",         "consumer.unseen"};

constexpr std::uint64_t kHeartbeatsThatCount = 3;  // decisions, "Rules of the domain"
// A message may have waited a little on either side of the pause; a tenth is far from "the messages are old".
constexpr std::uint64_t kToleratedPart = 10;

constexpr std::string_view kDecides =
    "send times in the messages, a capture of the same feed at another site, or the exchange's own record of the "
    "minutes";

constexpr std::string_view kDecidesAbsence =
    "whether the publisher sends now (another host or site of the same group); whether the switch has this port in the "
    "group and who its IGMP querier is (snooping table); tcpdump of igmp on the interface: queries come, reports go";

struct Pause {
  std::uint64_t silence = 0;  // ns
  std::optional<std::uint64_t> send_gap;
  std::optional<std::uint64_t> others;
  std::optional<std::uint64_t> continued;
  std::optional<std::uint64_t> heartbeats;

  bool heartbeats_missing() const { return heartbeats && *heartbeats >= kHeartbeatsThatCount; }
  bool send_times_pause() const { return send_gap && *send_gap >= silence - silence / kToleratedPart; }
};

std::optional<Pause> pause_of(const EvidenceView& view, const Episode& episode) {
  const auto silence = count_of(view, episode, "feed.silence");
  if (!silence) return std::nullopt;
  return Pause{*silence, count_of(view, episode, "feed.silence_send_gap"),
               count_of(view, episode, "feed.silence_other_streams"), count_of(view, episode, "feed.silence_continued"),
               count_of(view, episode, "feed.heartbeats_missed")};
}

Reason seen(const Pause& pause) {
  Reason reason{"all lines were silent for {silence}", {{"silence", pause.silence, Fold::sum, Unit::nanoseconds}}};
  if (pause.heartbeats) {
    reason.text += ", {heartbeats:heartbeat} did not come";
    reason.figures.push_back({"heartbeats", *pause.heartbeats});
  }
  if (pause.others) {
    reason.text += ", {others:other stream} went on";
    reason.figures.push_back({"others", *pause.others, Fold::largest});
  }
  return reason;
}

// A pause of a feed with heartbeats is a fault at once; of one without, only as far as it can be laid to somebody.
Severity severity_of_unknown(const Pause& pause) {
  return pause.heartbeats_missing() ? Severity::warning : Severity::info;
}

Judgement unknown(const Episode& episode, const Pause& pause, std::string_view why) {
  Reason reason = seen(pause);
  reason.text += why;
  if (pause.send_gap) reason.figures.push_back({"gap", *pause.send_gap, Fold::sum, Unit::nanoseconds});
  Judgement j = cannot_tell(episode.subject, std::move(reason), std::string(kDecides));
  j.severity = severity_of_unknown(pause);
  return j;
}

Judgement stalled(const Episode& episode, const Pause& pause) {
  Judgement j = named(episode.subject, Place::publisher, Severity::warning, Strength::by_number);
  j.because = seen(pause);
  j.because.text += "; the numbers go on where they stopped and the send times pause for {gap}";
  j.because.figures.push_back({"gap", *pause.send_gap, Fold::sum, Unit::nanoseconds});
  return j;
}

Judgement judged(const Episode& episode, const Pause& pause) {
  if (episode.at_end)
    return unknown(episode, pause, "; nothing came after it, so it may be the path or the end of the day");
  if (!pause.continued) return unknown(episode, pause, "; it is not known whether the numbers go on");
  if (*pause.continued == 0) {
    return ruled_out(episode.subject, {"the numbers jump over the silence: what is missing was sent", {}});
  }
  if (pause.heartbeats && !pause.heartbeats_missing()) {
    return ruled_out(episode.subject, {"the silence is no longer than heartbeats may be apart", {}});
  }
  if (!pause.send_gap) return unknown(episode, pause, "; without send times the path may have held the packets back");
  if (!pause.send_times_pause()) {
    return unknown(episode, pause, "; the send times pause for {gap} only: the messages waited on their way");
  }
  return stalled(episode, pause);
}

std::vector<Judgement> judge_silence(const EvidenceView& view, const Episode& episode) {
  const auto pause = pause_of(view, episode);
  if (!pause) return {};
  if (const auto unseen = unseen_consumer(view, episode.subject)) {
    return {cannot_tell_unseen(view, episode.subject, *unseen)};
  }
  Judgement j = judged(episode, *pause);
  j.evidence = records_of(view, episode, kOfSilence);
  return {j};
}

// --- live: a consumer waits, and not one packet of its group has come ---

Reason waited(const EvidenceView& view, const Episode& episode, const MembershipCase& member) {
  Reason reason{"no packet of {group} on {interface}",
                {word("group", member.group.empty() ? "its group" : member.group),
                 word("interface", member.interface.name.empty() ? "its interface" : member.interface.name)}};
  const auto waited = view.episode_value(episode, "absence.waited");
  if (!waited) return reason;
  reason.text += " for {waited}";
  reason.figures.push_back({"waited", as_count(*waited), Fold::largest, Unit::nanoseconds});
  return reason;
}

Judgement absent(const EvidenceView& view, const Episode& episode) {
  const MembershipCase member = membership_case(view, episode);
  if (seen_elsewhere(view, episode, member)) {
    return ruled_out(episode.subject, {"the group is sent: it comes on another interface of this host", {}});
  }
  Judgement j = cannot_tell(episode.subject, waited(view, episode, member), std::string(kDecidesAbsence));
  j.severity = Severity::warning;
  for (const std::string_view name : {"absence.waited", "consumer.is_member", "consumer.host_membership"}) {
    const auto id = record_of(view, episode, name);
    if (id) j.evidence.push_back(*id);
  }
  return j;
}

std::vector<Judgement> judge_absence(const EvidenceView& view, const Episode& episode) {
  if (const auto unseen = unseen_consumer_of(view, episode.subject)) {
    return {cannot_tell_unseen(view, episode.subject, *unseen)};
  }
  return {absent(view, episode)};
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom == Symptom::silence) return judge_silence(view, episode);
  if (episode.symptom == Symptom::absence) return judge_absence(view, episode);
  return {};
}

constexpr std::array<Action, 2> kFix{
    Action{.command =
               "Exchange: did the publisher of feed {feed} ({group}:{port}, source {source}) stop, fail over or halt "
               "between {from} and {to} UTC?",
           .when = When::other_team,
           .impact = "none: a question",
           .persist = "note the exchange's halt and fail-over notices beside the alert",
           .verify = kShowPackets},
    Action{.command = "ip -s -s link show dev {interface}",
           .impact = "reads counters once",
           .verify = "ip maddr show dev {interface}",
           .looks = true},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Alert on three missed heartbeats of a feed while other feeds go on; quiet minutes of a market are then no alarm.",
    "Mark prices of a silent feed as stale in the application, and know the exchange's halt messages."};

}  // namespace

extern constinit const Cause cause_publisher_stall{
    .id = "publisher_stall",
    .summary = "The publisher sent nothing for a while although it should have",
    .mechanism =
        "The publishing process, its gateway or its matching engine stopped for a while: a fail-over, a halt or a "
        "long pause. All lines are silent together and heartbeats are missing; afterwards the numbers go on where "
        "they stopped, and the send times have the same pause.",
    .look_alike =
        "A path that holds packets back: there the send times go on through the pause and the messages are old when "
        "they come. A pruned group or a link that is down: there the numbers jump. Without send times it stays "
        "undecided.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 0,
    .runbook =
        {
            .detection = "All lines of a feed are silent together for longer than three heartbeats, or far longer than "
                         "ever before.",
            .isolation = "Look at other feeds of the same capture, at whether the numbers jump, and at the send "
                         "times around the pause.",
            .mitigate =
                "Treat prices of feed {feed} as stale; take another venue or feed as reference until it is back.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::exchange,
            .ask = "Did the publisher of feed {feed} stop or fail over between {from} and {to} UTC?",
        },
    .judge = &judge,
};

}  // namespace wirecause
