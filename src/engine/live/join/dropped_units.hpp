// Which units of a line ended where, for one consumer (or before the tap, or in another namespace): runs of numbers, and
// the episodes that they fold into.
//
// A unit is in it at most once, whatever the kernel dropped twice. Numbers are straight (feed/number_line.hpp), of one
// epoch: a new epoch settles what was kept. Bounded: kMaxRuns runs and kMaxEpisodes episodes; counts stay exact beyond.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.hpp"

namespace wirecause {

// Drops at one place of the kernel, less than a second apart.
struct DropEpisode {
  std::uint32_t place = 0;  // DropPlaces
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
  std::uint64_t datagrams = 0;
  std::uint64_t by_number = 0;  // units, each once
  std::uint64_t by_count = 0;
  std::uint64_t runs = 0;      // stretches of adjoining numbers
  std::uint32_t truesize = 0;  // of its first datagram; 0: not known
  std::uint32_t payload = 0;
  // Of runs that are not kept any more: units that another line brought, and those that none did.
  std::uint64_t settled_recovered = 0;
  std::uint64_t settled_lost = 0;
  std::uint64_t recovered = 0;  // of runs that are kept, as of the last note_recovered()

  std::uint64_t units() const { return by_number + by_count; }
};

struct DroppedRun {
  std::uint64_t first = 0;  // [first, end)
  std::uint64_t end = 0;
  std::uint32_t episode = 0;

  std::uint64_t count() const { return end - first; }
};

class DroppedUnits {
 public:
  static constexpr DurationNs kFold{1'000'000'000};
  static constexpr std::size_t kMaxEpisodes = 512;
  static constexpr std::size_t kMaxRuns = 65'536;  // 1.5 MiB

  struct Datagrams {
    std::uint32_t place = 0;
    TimeNs time;
    std::uint64_t datagrams = 1;
    std::uint32_t truesize = 0;
    std::uint32_t payload = 0;
    bool may_begin = true;  // an episode more; false: what would begin one goes to the last one of its place
  };

  // Units [first, end) ended with these datagrams. Returns how many of them were not known to have ended before.
  std::uint64_t by_number(const Datagrams& dropped, std::uint64_t first, std::uint64_t end);
  void by_count(const Datagrams& dropped, std::uint64_t units);
  // Datagrams that carried no unit (heartbeats).
  void without_units(const Datagrams& dropped) { at(dropped); }

  bool contains(std::uint64_t number) const;
  // Units of [first, end) that are kept here.
  std::uint64_t overlap(std::uint64_t first, std::uint64_t end) const;
  template <class Visit>
  void for_each_in(std::uint64_t first, std::uint64_t end, Visit&& visit) const;

  // Over all episodes.
  std::uint64_t units() const { return units_; }
  std::uint64_t datagrams() const { return datagrams_; }
  bool is_by_number() const { return by_count_ == 0; }

  const std::vector<DropEpisode>& episodes() const { return episodes_; }
  std::span<const DroppedRun> runs() const { return runs_; }
  // Forgets the numbers (a new epoch, or the list is full); `recovered(run)` says how many units of it another line
  // brought.
  template <class Recovered>
  void settle(Recovered&& recovered) {
    for (const DroppedRun& run : runs_) {
      const std::uint64_t brought = recovered(run);
      episodes_[run.episode].settled_recovered += brought;
      episodes_[run.episode].settled_lost += run.count() - brought;
    }
    runs_.clear();
  }
  // As far as it is known by now.
  void note_recovered(std::size_t episode, std::uint64_t units) { episodes_[episode].recovered = units; }
  void settle() {
    settle([this](const DroppedRun& run) {
      std::uint64_t& left = episodes_[run.episode].recovered;
      const std::uint64_t brought = left < run.count() ? left : run.count();
      left -= brought;
      return brought;
    });
  }
  // Episodes that were not begun, because there were too many.
  std::uint64_t merged() const { return merged_; }
  bool is_full() const { return runs_.size() >= kMaxRuns; }

 private:
  std::uint32_t at(const Datagrams& dropped);
  std::uint64_t insert(std::size_t position, std::uint64_t first, std::uint64_t end, std::uint32_t episode);
  std::vector<DroppedRun>::const_iterator first_ending_after(std::uint64_t number) const;

  std::vector<DropEpisode> episodes_;
  std::vector<DroppedRun> runs_;  // by first, disjoint
  std::uint64_t units_ = 0;
  std::uint64_t by_count_ = 0;
  std::uint64_t datagrams_ = 0;
  std::uint64_t merged_ = 0;
};

template <class Visit>
void DroppedUnits::for_each_in(std::uint64_t first, std::uint64_t end, Visit&& visit) const {
  if (first >= end) return;
  for (auto run = first_ending_after(first); run != runs_.end() && run->first < end; ++run) {
    DroppedRun part = *run;
    part.first = run->first < first ? first : run->first;
    part.end = run->end > end ? end : run->end;
    visit(static_cast<const DroppedRun&>(part));
  }
}

}  // namespace wirecause
