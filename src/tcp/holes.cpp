// SPDX-License-Identifier: Apache-2.0
#include "tcp/holes.hpp"

#include <algorithm>

namespace wirecause::tcp {

void Holes::open(Offset begin, Offset end, const HoleOpener& opener) {
  if (begin >= end) return;
  if (holes_.size() == kMost) {
    forgotten_ += static_cast<std::uint64_t>(holes_[0].end - holes_[0].begin);
    holes_.erase(holes_.begin());
  }
  holes_.push_back({begin, end, opener});
}

Offset Holes::missing_in(Offset begin, Offset end) const {
  Offset missing = 0;
  for (const Hole& hole : all()) {
    missing += std::max<Offset>(0, std::min(end, hole.end) - std::max(begin, hole.begin));
  }
  return missing;
}

const Hole* Holes::at(Offset begin, Offset end) const {
  for (const Hole& hole : holes_) {
    if (hole.begin < end && begin < hole.end) return &hole;
  }
  return nullptr;
}

Offset Holes::fill(Offset begin, Offset end) {
  Offset filled = 0;
  for (std::size_t i = 0; i < holes_.size();) {
    Hole& hole = holes_[i];
    const Offset from = std::max(begin, hole.begin);
    const Offset to = std::min(end, hole.end);
    if (from >= to) {
      ++i;
      continue;
    }
    filled += to - from;
    if (from == hole.begin && to == hole.end) {
      holes_.erase(holes_.begin() + static_cast<std::ptrdiff_t>(i));
    } else if (from == hole.begin) {
      hole.begin = to;
      ++i;
    } else if (to == hole.end) {
      hole.end = from;
      ++i;
    } else if (holes_.size() == kMost) {  // no room for two: the rest behind it counts as seen
      forgotten_ += static_cast<std::uint64_t>(hole.end - to);
      hole.end = from;
      ++i;
    } else {
      const Hole behind{to, hole.end, hole.opener};
      hole.end = from;
      holes_.insert(holes_.begin() + static_cast<std::ptrdiff_t>(i) + 1, behind);
      i += 2;
    }
  }
  return filled;
}

Offset Holes::give_up_below(Offset edge) {
  if (empty() || first() >= edge) return 0;
  return fill(first(), edge);
}

}  // namespace wirecause::tcp
