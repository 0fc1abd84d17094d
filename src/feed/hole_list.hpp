// The open holes of one line (or of a whole feed) in one epoch: a sorted list of missing intervals, bounded (DESIGN D5).
//
// Numbers are straight (number_line.hpp). Holes open at the top nearly always, so appending is the fast case; filling is
// a binary search. Adjoining holes are kept apart: each remembers when and by which frame it was shown.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.hpp"

namespace wirecause {

struct Hole {
  std::uint64_t first = 0;  // [first, end)
  std::uint64_t end = 0;
  TimeNs before;             // the line's last packet before the hole
  TimeNs opened;             // the packet that showed it
  TimeNs brought = kNoTime;  // when somebody else last brought some of it, after it was shown
  std::uint64_t frame = 0;
  std::uint64_t whole_streams = 0;
  std::uint32_t packet = 0;  // the line's packet count when it opened
  std::uint16_t input = 0;
  bool outage = false;        // the line was silent while a sister went on
  bool unseen = false;        // the capture cut the packet before it: nobody can say whether it was brought
  bool by_heartbeat = false;  // shown by a heartbeat: silence came before it, so it is no reordering in progress

  std::uint64_t count() const { return end - first; }
};

class HoleList {
 public:
  static constexpr std::size_t kMaxHoles = 4'096;

  bool empty() const { return head_ == holes_.size(); }
  bool full() const { return size() >= kMaxHoles; }
  std::size_t size() const { return holes_.size() - head_; }
  std::span<const Hole> all() const { return std::span(holes_).subspan(head_); }
  const Hole& oldest() const { return holes_[head_]; }
  std::uint64_t units() const;

  // Whether any unit of [first, end) is missing. O(1) above the last hole, else O(log n).
  bool overlaps(std::uint64_t first, std::uint64_t end) const {
    if (first >= last_end_ || first >= end) [[likely]]
      return false;
    const auto it = first_ending_after(first);
    return it != holes_.end() && it->first < end;
  }

  // Calls `visit(part)` for each missing part of [first, end), narrowed to it; changes nothing.
  template <class Visit>
  void for_each_missing(std::uint64_t first, std::uint64_t end, Visit&& visit) const {
    if (first >= end) return;
    for (auto it = first_ending_after(first); it != holes_.end() && it->first < end; ++it) {
      Hole part = *it;
      part.first = std::max(it->first, first);
      part.end = std::min(it->end, end);
      visit(static_cast<const Hole&>(part));
    }
  }

  // Notes at each hole that meets [first, end) that somebody else brought it.
  void note_brought(std::uint64_t first, std::uint64_t end, TimeNs time) {
    for (auto it = begin_ending_after(first); it != holes_.end() && it->first < end; ++it) {
      it->brought = std::max(it->brought, time);
    }
  }

  void open(const Hole& hole);  // must not overlap an open one
  Hole take_oldest();           // by number
  std::vector<Hole> take_all();

  // Fills [first, end): calls `filled(part)` for each missing part, where part is the hole narrowed to what was filled.
  template <class Filled>
  void fill(std::uint64_t first, std::uint64_t end, Filled&& filled) {
    if (first >= end) return;  // nothing fills nothing: it must not cut a hole in two
    auto it = begin_ending_after(first);
    while (it != holes_.end() && it->first < end) {
      Hole part = *it;
      part.first = std::max(it->first, first);
      part.end = std::min(it->end, end);
      it = carve(it, part.first, part.end);
      filled(static_cast<const Hole&>(part));
    }
    note_end();
  }

  void shift(std::uint64_t by) {  // all numbers by a multiple of a lap, modulo 2^64
    for (Hole& hole : holes_) {
      hole.first += by;
      hole.end += by;
    }
    note_end();
  }

 private:
  using Iterator = std::vector<Hole>::iterator;
  std::vector<Hole>::const_iterator first_ending_after(std::uint64_t number) const {
    return std::partition_point(holes_.begin() + static_cast<std::ptrdiff_t>(head_), holes_.end(),
                                [number](const Hole& h) { return h.end <= number; });
  }
  Iterator begin_ending_after(std::uint64_t number) {
    return std::partition_point(holes_.begin() + static_cast<std::ptrdiff_t>(head_), holes_.end(),
                                [number](const Hole& h) { return h.end <= number; });
  }
  void note_end() { last_end_ = empty() ? 0 : holes_.back().end; }
  // Removes [first, end) from the hole at `it`; returns the next hole to look at.
  Iterator carve(Iterator it, std::uint64_t first, std::uint64_t end);

  std::vector<Hole> holes_;
  std::uint64_t last_end_ = 0;  // of the last hole; 0 where there is none
  std::size_t head_ = 0;        // taken holes are erased in one go, not one by one
};

}  // namespace wirecause
