// SPDX-License-Identifier: Apache-2.0
#include "feed/hole_list.hpp"

#include <utility>

namespace wirecause {

std::uint64_t HoleList::units() const {
  std::uint64_t sum = 0;
  for (const Hole& hole : all()) sum += hole.count();
  return sum;
}

void HoleList::open(const Hole& hole) {
  if (empty() || holes_.back().end <= hole.first) {
    holes_.push_back(hole);
  } else {
    holes_.insert(begin_ending_after(hole.first), hole);
  }
  note_end();
}

Hole HoleList::take_oldest() {
  const Hole taken = holes_[head_];
  ++head_;
  if (head_ >= kMaxHoles || empty()) {
    holes_.erase(holes_.begin(), holes_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  note_end();
  return taken;
}

std::vector<Hole> HoleList::take_all() {
  holes_.erase(holes_.begin(), holes_.begin() + static_cast<std::ptrdiff_t>(head_));
  head_ = 0;
  last_end_ = 0;
  return std::exchange(holes_, {});
}

HoleList::Iterator HoleList::carve(Iterator it, std::uint64_t first, std::uint64_t end) {
  const bool keeps_front = it->first < first;
  const bool keeps_back = end < it->end;
  if (keeps_front && keeps_back) {
    Hole back = *it;
    back.first = end;
    it->end = first;
    // One more hole than before: the bound may be passed by the few that a split adds between two openings.
    return holes_.insert(it + 1, back);
  }
  if (keeps_front) {
    it->end = first;
    return it + 1;
  }
  if (keeps_back) {
    it->first = end;
    return it;
  }
  return holes_.erase(it);
}

}  // namespace wirecause
