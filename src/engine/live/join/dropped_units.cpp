// SPDX-License-Identifier: Apache-2.0
#include "engine/live/join/dropped_units.hpp"

#include <algorithm>

namespace wirecause {

std::vector<DroppedRun>::const_iterator DroppedUnits::first_ending_after(std::uint64_t number) const {
  return std::partition_point(runs_.begin(), runs_.end(),
                              [number](const DroppedRun& run) { return run.end <= number; });
}

bool DroppedUnits::contains(std::uint64_t number) const {
  const auto run = first_ending_after(number);
  return run != runs_.end() && run->first <= number;
}

std::uint64_t DroppedUnits::overlap(std::uint64_t first, std::uint64_t end) const {
  std::uint64_t units = 0;
  for_each_in(first, end, [&units](const DroppedRun& part) { units += part.count(); });
  return units;
}

// The episode that the datagrams belong to: the last one of their place, unless it ended more than kFold ago.
std::uint32_t DroppedUnits::at(const Datagrams& dropped) {
  datagrams_ += dropped.datagrams;
  std::size_t found = episodes_.size();
  for (std::size_t i = episodes_.size(); i-- > 0;) {
    if (episodes_[i].place != dropped.place) continue;
    const bool is_same = dropped.time - episodes_[i].last < kFold;
    const bool is_full = episodes_.size() >= kMaxEpisodes || !dropped.may_begin;
    if (is_same || is_full) found = i;  // full: exact sums matter more than the pause
    if (!is_same && is_full) ++merged_;
    break;
  }
  if (found == episodes_.size()) {
    DropEpisode& begun = episodes_.emplace_back();
    begun.place = dropped.place;
    begun.first = begun.last = dropped.time;
    begun.truesize = dropped.truesize;
    begun.payload = dropped.payload;
  }
  DropEpisode& episode = episodes_[found];
  episode.first = std::min(episode.first, dropped.time);
  episode.last = std::max(episode.last, dropped.time);
  episode.datagrams += dropped.datagrams;
  return static_cast<std::uint32_t>(found);
}

std::uint64_t DroppedUnits::insert(std::size_t position, std::uint64_t first, std::uint64_t end,
                                   std::uint32_t episode) {
  const bool continues = position > 0 && runs_[position - 1].end == first && runs_[position - 1].episode == episode;
  const bool is_continued =
      position < runs_.size() && runs_[position].first == end && runs_[position].episode == episode;
  if (continues && is_continued) {
    runs_[position - 1].end = runs_[position].end;
    runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(position));
    --episodes_[episode].runs;
  } else if (continues) {
    runs_[position - 1].end = end;
  } else if (is_continued) {
    runs_[position].first = first;
  } else {
    runs_.insert(runs_.begin() + static_cast<std::ptrdiff_t>(position), {first, end, episode});
    ++episodes_[episode].runs;
  }
  return end - first;
}

std::uint64_t DroppedUnits::by_number(const Datagrams& dropped, std::uint64_t first, std::uint64_t end) {
  const std::uint32_t episode = at(dropped);
  std::uint64_t added = 0;
  while (first < end) {
    const auto position = static_cast<std::size_t>(first_ending_after(first) - runs_.begin());
    const bool is_free = position == runs_.size() || runs_[position].first >= end;
    const std::uint64_t until = is_free ? end : std::max(first, runs_[position].first);
    const std::uint64_t next = is_free ? end : runs_[position].end;
    if (until > first) added += insert(position, first, until, episode);
    first = next;
  }
  episodes_[episode].by_number += added;
  units_ += added;
  return added;
}

void DroppedUnits::by_count(const Datagrams& dropped, std::uint64_t units) {
  episodes_[at(dropped)].by_count += units;
  units_ += units;
  by_count_ += units;
}

}  // namespace wirecause
