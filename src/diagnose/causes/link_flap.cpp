// Cause: an interface of this host lost its carrier for a while, and with it everything that it receives.
//
// Mechanism    Cable, optics, the switch's port or its configuration, or somebody pulled it: the carrier goes and comes
//              back (RTM_NEWLINK, carrier_down_count). What was sent meanwhile is nowhere; after it the port may wait for
//              spanning tree, and groups for the next membership report.
// On the wire  Every stream of the interface is silent at once; numbers jump when it is back.
// Looks like   publisher_stall: there other streams of the interface go on, and the numbers go on where they stopped.
// Careful      The kernel tells of at most one change a second an interface: a shorter flap shows in the counter alone, and
//              then only streams that all have a hole at once belong to it.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/host_case.hpp"
#include "diagnose/points.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kCounter = "carrier_down_count";
constexpr std::array<std::string_view, 5> kNeeds{"link.down", kCounter, "line.point", "feed.silence_continued",
                                                 "feed.silence"};

// Silence ends later than the carrier's loss: spanning tree, membership reports, the publisher's own pace.
constexpr DurationNs kAround = seconds(1);

struct Down {
  Subject point;
  TimeNs from = kNoTime;
  TimeNs to = kNoTime;
  std::string interface;
  EvidenceId record = 0;

  bool touches(TimeNs first, TimeNs last) const { return first <= to && last >= from; }
};

std::vector<Down> losses_of_carrier(const EvidenceView& view, const Episode& episode) {
  std::vector<Down> found;
  for (const EvidenceId id : episode.evidence) {
    const Record& record = view.record(id);
    if (record.name != "link.down" || record.value <= 0) continue;
    const TimeNs to = record.to == kNoTime ? record.from + nanoseconds(record.value) : record.to;
    found.push_back({record.subject, record.from, to, record.text, id});
  }
  return found;
}

std::uint64_t length_of(const std::vector<Down>& downs) {
  std::uint64_t length = 0;
  for (const Down& down : downs) length = capped_sum(length, as_count((down.to - down.from).ns));
  return length;
}

void add_downs(Judgement& j, const std::vector<Down>& downs) {
  for (const Down& down : downs) j.evidence.push_back(down.record);
  j.because.figures.push_back(
      word("interface", downs.front().interface.empty() ? "its interface" : downs.front().interface));
  j.because.figures.push_back({"down", length_of(downs), Fold::sum, Unit::nanoseconds});
}

// --- holes ---

// What a line lacks of holes that were open while its carrier was gone.
struct Missed {
  std::uint64_t alone = 0;
  std::uint64_t lost = 0;
};

bool is_open_at(const HoleSum& holes, const std::vector<Down>& downs, Subject point) {
  return holes.holes > 0 && std::ranges::any_of(downs, [&](const Down& d) {
           return d.point == point && d.touches(holes.first, holes.last);
         });
}

// The listed holes one by one; where not all are listed, all of the line if they lie within the carrier's loss.
Missed missed_by(const Episode& episode, const EpisodeLine& line, const std::vector<Down>& downs, Subject point) {
  Missed missed;
  for (const EpisodeHole& hole : episode.largest) {
    if (hole.line != line.line) continue;
    const bool is_open = is_open_at({1, hole.before, hole.after}, downs, point);
    if (!is_open) continue;
    missed.lost = capped_sum(missed.lost, std::min(hole.common, hole.count));
    missed.alone = capped_sum(missed.alone, hole.count - std::min(hole.common, hole.count));
  }
  const bool all_listed = episode.largest.size() >= episode.hole_count;
  if (!all_listed && is_open_at(line.alone, downs, point)) missed.alone = line.missing_alone;
  if (!all_listed && is_open_at(line.common, downs, point)) missed.lost = line.missing_common;
  return {std::min(missed.alone, line.missing_alone), std::min(missed.lost, line.missing_common)};
}

// Units that nobody brought are laid to the carrier only where every line that lacks them had lost its own.
bool all_lacking_were_down(const EvidenceView& view, const Episode& episode, const std::vector<Down>& downs) {
  return std::ranges::all_of(episode.lines, [&](const EpisodeLine& line) {
    const Subject point = point_of(view, line.line);
    return line.missing_common == 0 || std::ranges::any_of(downs, [point](const Down& d) { return d.point == point; });
  });
}

Judgement judge_holes(const EvidenceView& view, const Episode& episode, const std::vector<Down>& downs) {
  Judgement j = named(episode.subject, Place::nic_or_before, Severity::warning, Strength::by_number);
  std::uint64_t lost = 0;
  std::uint64_t alone = 0;
  for (const EpisodeLine& line : episode.lines) {
    const Missed missed = missed_by(episode, line, downs, point_of(view, line.line));
    lost = std::max(lost, missed.lost);
    alone = capped_sum(alone, missed.alone);
    if (missed.alone > 0) j.claims.push_back({line.line, missed.alone});
  }
  lost = all_lacking_were_down(view, episode, downs) ? std::min(lost, episode.lost) : 0;
  if (lost > 0) {
    j.claims.push_back({episode.subject, lost});
    j.severity = Severity::critical;
  }
  if (j.claims.empty()) {
    return ruled_out(episode.subject, {"no hole was open while the carrier was lost", {}});
  }
  j.recovered = alone;
  j.because = {"{interface} was without carrier for {down} while {units:unit} did not come",
               {{"units", capped_sum(alone, lost)}}};
  add_downs(j, downs);
  return j;
}

// How often the carrier of the line's interface was lost; where the interface is not known, any of them.
std::optional<Growth> flaps_of(const EvidenceView& view, const Episode& episode, Subject line) {
  const Interface on = interface_of(view, line);
  if (on.subject.kind != SubjectKind::interface) return growth_of(view, episode, kCounter);
  const auto counted = view.of_episode(episode, kCounter, on.subject);
  if (!counted) return std::nullopt;
  return proved_growth(view, {*counted});
}

Judgement flapped_while_others_went_on(const Episode& episode, const Growth& lost) {
  return cannot_tell(episode.subject,
                     {"the carrier was lost {lost:time}, and {whole:other stream} went on meanwhile",
                      {{"lost", lost.packets}, {"whole", episode.whole_streams, Fold::largest}}},
                     "which interface those streams came on, and when the carrier was lost: ip monitor link");
}

// The units of lines whose interface lost its carrier. Those that nobody brought are its work only where each line that
// lacks them lost its own.
struct Flapped {
  bool is_known = false;
  std::optional<Growth> lost;  // of the last of them
  bool all_lacking = true;
  std::vector<Claim> claims;
};

Flapped flapped_lines(const EvidenceView& view, const Episode& episode) {
  Flapped flapped;
  for (const EpisodeLine& line : episode.lines) {
    const auto lost = flaps_of(view, episode, line.line);
    flapped.is_known = flapped.is_known || lost.has_value();
    if (lost && lost->packets > 0) {
      flapped.lost = lost;
      if (line.missing_alone > 0) flapped.claims.push_back({line.line, line.missing_alone});
    } else if (line.missing_common > 0) {
      flapped.all_lacking = false;
    }
  }
  if (flapped.lost && flapped.all_lacking && episode.lost > 0)
    flapped.claims.push_back({episode.subject, episode.lost});
  return flapped;
}

// Too short a flap for a notification: only the counter shows it.
std::vector<Judgement> judge_counter(const EvidenceView& view, const Episode& episode) {
  const Flapped flapped = flapped_lines(view, episode);
  if (!flapped.is_known) return {};
  if (!flapped.lost) return {ruled_out(episode.subject, {"no carrier was lost meanwhile", {}})};
  if (episode.whole_streams > 0) return {flapped_while_others_went_on(episode, *flapped.lost)};
  if (flapped.claims.empty()) return {};
  const bool is_last = flapped.claims.back().pool == episode.subject;
  Judgement j = named(episode.subject, Place::nic_or_before, is_last ? Severity::critical : Severity::warning,
                      Strength::by_count);
  j.claims = flapped.claims;
  add_records(j, flapped.lost->records);
  j.because = {"the carrier was lost {lost:time} and no other stream was whole meanwhile",
               {{"lost", flapped.lost->packets}}};
  return {j};
}

// --- silence and absence ---

// The carrier was lost when the silence began, or for most of it.
bool explains_silence(const Episode& episode, const std::vector<Down>& downs) {
  const std::uint64_t silence = as_count((episode.last - episode.first).ns);
  return length_of(downs) >= silence / 2 || std::ranges::any_of(downs, [&](const Down& down) {
           return down.touches(episode.first - kAround, episode.first + kAround);
         });
}

Judgement judge_silence(const EvidenceView& view, const Episode& episode, const std::vector<Down>& downs) {
  if (view.episode_value(episode, "feed.silence_continued")
          .value_or(view.value("feed.silence_continued", episode.subject).value_or(0)) == 1) {
    return ruled_out(episode.subject, {"the numbers go on where they stopped: nothing was sent meanwhile", {}});
  }
  if (!explains_silence(episode, downs)) {
    return ruled_out(episode.subject, {"the carrier was lost only later, and for less than half of the silence", {}});
  }
  Judgement j = named(episode.subject, Place::nic_or_before, Severity::warning, Strength::by_number);
  j.because.text = "{interface} was without carrier for {down}, and nothing came";
  add_downs(j, downs);
  return j;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const bool is_quiet = episode.symptom == Symptom::silence || episode.symptom == Symptom::absence;
  if (episode.symptom != Symptom::loss && !is_quiet) return {};
  const std::vector<Down> downs = losses_of_carrier(view, episode);
  if (!downs.empty()) return {is_quiet ? judge_silence(view, episode, downs) : judge_holes(view, episode, downs)};
  if (!is_quiet) return judge_counter(view, episode);
  const auto counted = view.episode_value(episode, kCounter);
  if (episode.symptom != Symptom::absence || counted != 0) return {};
  return {ruled_out(episode.subject, {"no carrier was lost meanwhile", {}})};
}

constexpr std::array<Action, 3> kFix{
    Action{
        .command =
            "Network team: why did the port of {interface} on this host lose its link at {from} UTC (port log, error "
            "disable, optics levels, flap count), and is portfast set on it?",
        .when = When::other_team,
        .impact = "none: a question",
        .persist = "keep the port's flaps in the team's monitoring",
        .verify = "ip -s -s link show dev {interface}"},
    Action{.command = "ethtool {interface} | grep -E 'Speed|Duplex|Link detected'",
           .impact = "reads the port's state once",
           .verify = "cat /sys/class/net/{interface}/carrier_down_count",
           .looks = true},
    Action{.command = "dmesg --ctime | grep -E '{interface}.*[Ll]ink'",
           .impact = "reads the kernel log: the driver often says why",
           .verify = "cat /sys/class/net/{interface}/carrier_changes",
           .looks = true},
};

constexpr std::array<std::string_view, 3> kPrevention{
    "Alert on carrier_down_count of every feed interface.",
    "Keep lines A and B on separate adapters, cables and switches, so that one link takes one line.",
    "Replace a cable or optics that flapped twice; set portfast on ports to hosts, or spanning tree adds 30 s."};

}  // namespace

extern constinit const Cause cause_link_flap{
    .id = "link_flap",
    .summary = "An interface of this host lost its link for a while",
    .mechanism =
        "The link between this host and its switch went down and came back: cable, optics, port, or a hand. Everything that "
        "was sent meanwhile on any stream of the interface is lost; afterwards spanning tree and group membership may take "
        "their time.",
    .look_alike =
        "publisher_stall: there other streams of the interface go on, and the numbers go on where they stopped.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 35,
    .runbook =
        {
            .detection =
                "Carrier lost and back (RTM_NEWLINK, carrier_down_count) while every stream of the interface has a "
                "hole or is silent.",
            .isolation =
                "Look at both ends: the driver's messages in the kernel log here, the port's log on the switch. Both "
                "see a cable, one alone sees its own transceiver.",
            .mitigate =
                "Take feed {feed} from {sister} if that comes in on another interface. Request what nobody brought "
                "from the recovery channel.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::network,
            .ask = "Why did the port of {interface} lose its link between {from} and {to} UTC?",
        },
    .judge = &judge,
};

}  // namespace wirecause
