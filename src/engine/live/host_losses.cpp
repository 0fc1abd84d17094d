// Holes that the tap saw: what this machine dropped before the tap, matched by number.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "engine/live/host_evidence.hpp"
#include "engine/live/live_records.hpp"

namespace wirecause {
namespace {

std::string elsewhere_text(const DropPlace& place) {
  std::string out = place.reason;
  if (!place.symbol.empty()) out += " at " + place.symbol;
  if (!place.elsewhere.empty()) out += ", " + place.elsewhere;
  return out;
}

}  // namespace

// A place that also ended units which the tap here did see ends copies of them, as the bridge of another namespace does
// with what it floods: it explains no hole.
bool HostEvidence::ends_copies(const DroppedUnits& dropped, LineId line, std::uint32_t place) const {
  // Beyond so many holes the list of them ends: what was dropped later may have left one that is not in it.
  const auto listed = listed_holes_.find(line);
  const bool is_cut = listed != listed_holes_.end() && listed->second >= EpisodeBook::kMaxSpans;
  const std::uint64_t known_until = is_cut ? holes_.at(line).back().second : std::numeric_limits<std::uint64_t>::max();
  for (const DroppedRun& run : dropped.runs()) {
    if (run.end > known_until || dropped.episodes()[run.episode].place != place) continue;
    std::uint64_t missing = 0;
    for_each_hole(line, run.first, run.end, [&](std::uint64_t first, std::uint64_t end) { missing += end - first; });
    if (missing < run.count()) return true;
  }
  return false;
}

// Asked for every episode of loss, answered once.
bool HostEvidence::is_of_copies(const DroppedUnits& dropped, LineId line, std::uint32_t place) {
  const auto [known, is_new] = of_copies_.try_emplace({&dropped, place}, false);
  if (is_new) known->second = ends_copies(dropped, line, place);
  return known->second;
}

void HostEvidence::add_matched(Episode& episode, std::span<const RunHole> holes, Timeline& timeline,
                               const DropJoin::ByEpoch& dropped, std::string_view name) {
  struct Matched {
    std::uint64_t alone = 0;
    std::uint64_t common = 0;
  };
  std::map<std::pair<LineId, std::uint32_t>, Matched> sums;  // (line, place)
  std::set<std::pair<LineId, std::uint32_t>> of_copies;
  for (const RunHole& hole : holes) {
    std::uint64_t common_left = hole.common;
    // The same numbers of another epoch are other units: those were dropped at another time.
    for (auto ended = dropped.lower_bound({hole.line, 0}); ended != dropped.end() && ended->first.first == hole.line;
         ++ended) {
      ended->second.for_each_in(hole.straight, hole.straight + hole.count, [&](const DroppedRun& part) {
        const DropEpisode& drops = ended->second.episodes()[part.episode];
        if (drops.last < hole.before - kMargin || drops.first > hole.after + kMargin) return;
        const std::pair key{hole.line, drops.place};
        if (!sums.contains(key) && is_of_copies(ended->second, hole.line, drops.place)) of_copies.insert(key);
        Matched& sum = sums[key];
        const std::uint64_t common = std::min(part.count(), common_left);
        common_left -= common;
        sum.common += common;
        sum.alone += part.count() - common;
      });
    }
  }
  for (const auto& [key, sum] : sums) {
    if (of_copies.contains(key)) continue;
    const DropPlace& place = run_.join->places().at(key.second);
    Record record = measured(episode, name, {SubjectKind::line, key.first}, Unit::units, as_value(sum.alone));
    record.count = sum.common;
    record.text = elsewhere_text(place);
    record.source = text(place.at);
    attach(episode, timeline, std::move(record));
  }
}

void HostEvidence::add_to_loss(Episode& episode, std::span<const RunHole> holes, Timeline& timeline) {
  add_matched(episode, holes, timeline, run_.join->before_tap(), "drop.before_tap");
  add_matched(episode, holes, timeline, run_.join->elsewhere(), "drop.other_namespace");
  if (run_.probe != nullptr) {
    attach(episode, timeline,
           measured(episode, "drop.records_lost", kHost, Unit::packets, as_value(run_.probe->lost_records())));
  }
}

}  // namespace wirecause
