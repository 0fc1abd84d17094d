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

// The numbers [first, second) that the line has shown in the epoch of what was dropped; of one that is over all, for that is
// not known any more.
HostEvidence::Interval HostEvidence::shown_of(const DroppedUnits& dropped, LineId line) const {
  const Interval all{0, std::numeric_limits<std::uint64_t>::max()};
  const Back::Tracked tracked = run_.back->tracked(line);
  if (tracked.feed == nullptr) return all;
  const FeedTracker::Progress shown = tracked.feed->progress(tracked.index);
  const auto is_now = [&](const DropJoin::ByEpoch& by_epoch) {
    const auto found = by_epoch.find({line, shown.epoch});
    return found != by_epoch.end() && &found->second == &dropped;
  };
  return is_now(run_.join->before_tap()) || is_now(run_.join->elsewhere()) ? Interval{shown.start, shown.next} : all;
}

// A place that also ended units which the tap here did see ends copies of them, as the bridge of another namespace does
// with what it floods: it explains no hole.
bool HostEvidence::ends_copies(const DroppedUnits& dropped, LineId line, std::uint32_t place) const {
  // Beyond so many holes the list of them ends: what was dropped later may have left one that is not in it.
  const auto listed = listed_holes_.find(line);
  const bool is_cut = listed != listed_holes_.end() && listed->second >= EpisodeBook::kMaxSpans;
  // What was dropped before the first number of the line, or after its last, the tap has not seen either: no hole shows it.
  const Interval shown = shown_of(dropped, line);
  const std::uint64_t known_until = is_cut ? std::min(holes_.at(line).back().second, shown.second) : shown.second;
  for (const DroppedRun& run : dropped.runs()) {
    if (run.first < shown.first || run.end > known_until || dropped.episodes()[run.episode].place != place) continue;
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

// By number, each unit of a hole at the place where it ended.
HostEvidence::MatchedSums HostEvidence::matched_by_number(std::span<const RunHole> holes,
                                                          const DropJoin::ByEpoch& dropped) {
  MatchedSums sums;
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
  std::erase_if(sums, [&](const auto& sum) { return of_copies.contains(sum.first); });
  return sums;
}

// What the kernel counted and did not tell one by one, before the tap of this host: units of these holes, too, as far as
// anything is missing that no number explains. A count is told up to a second after the drops; each unit of it is used once.
void HostEvidence::add_counted(MatchedSums& sums, std::span<const RunHole> holes, const DropJoin::ByEpoch& dropped) {
  constexpr DurationNs kTold = seconds(1);
  std::map<LineId, Matched> left;
  for (const RunHole& hole : holes) {
    left[hole.line].common += hole.common;
    left[hole.line].alone += hole.count - hole.common;
  }
  for (const auto& [key, sum] : sums) {
    left[key.first].common -= std::min(left[key.first].common, sum.common);
    left[key.first].alone -= std::min(left[key.first].alone, sum.alone);
  }
  for (const RunHole& hole : holes) {
    for (auto ended = dropped.lower_bound({hole.line, 0}); ended != dropped.end() && ended->first.first == hole.line;
         ++ended) {
      for (const DropEpisode& drops : ended->second.episodes()) {
        if (drops.last < hole.before - kMargin || drops.first > hole.after + kMargin + kTold) continue;
        if (is_of_copies(ended->second, hole.line, drops.place)) continue;
        Matched& missing = left[hole.line];
        std::uint64_t& used = used_counts_[&drops];
        const std::uint64_t common = std::min(missing.common, drops.by_count - used);
        const std::uint64_t alone = std::min(missing.alone, drops.by_count - used - common);
        if (common + alone == 0) continue;
        used += common + alone;
        missing.common -= common;
        missing.alone -= alone;
        Matched& sum = sums[{hole.line, drops.place}];
        sum.common += common;
        sum.alone += alone;
        sum.by_count += common + alone;
      }
    }
  }
}

void HostEvidence::add_matched(Episode& episode, const MatchedSums& sums, Timeline& timeline, std::string_view name) {
  for (const auto& [key, sum] : sums) {
    const DropPlace& place = run_.join->places().at(key.second);
    const Subject line{SubjectKind::line, key.first};
    Record record = measured(episode, name, line, Unit::units, as_value(sum.alone));
    record.count = sum.common;
    record.text = elsewhere_text(place);
    record.source = text(place.at);
    attach(episode, timeline, std::move(record));
    if (sum.by_count == 0) continue;
    attach(episode, timeline, measured(episode, "drop.before_tap_by_count", line, Unit::units, as_value(sum.by_count)));
  }
}

void HostEvidence::add_to_loss(Episode& episode, std::span<const RunHole> holes, Timeline& timeline) {
  const MatchedSums elsewhere = matched_by_number(holes, run_.join->elsewhere());
  MatchedSums here = matched_by_number(holes, run_.join->before_tap());
  add_counted(here, holes, run_.join->before_tap());
  add_matched(episode, here, timeline, "drop.before_tap");
  add_matched(episode, elsewhere, timeline, "drop.other_namespace");
  if (run_.probe != nullptr) {
    attach(episode, timeline,
           measured(episode, "drop.records_lost", kHost, Unit::packets, as_value(run_.probe->lost_records())));
  }
}

}  // namespace wirecause
