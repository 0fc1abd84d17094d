// Who lost at the same time: holes of all lines against each other, after the run.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "engine/assembly.hpp"

namespace wirecause {
namespace {

// Holes looked at on either side of one: enough for every line of a large capture to lose in the same moment.
constexpr std::size_t kMaxNeighbours = 512;

// Lines that carry the same units lose together what was lost before they parted; that says nothing of the capture.
bool are_related(const RunHole& a, const RunHole& b) {
  if (a.feed == b.feed || a.kin == b.kin) return true;
  const bool same_numbers = a.first < b.first + b.count && b.first < a.first + a.count;
  return a.group == b.group && a.session == b.session && same_numbers;
}

void meet(RunHole& hole, const RunHole& other, std::vector<LineId>& seen) {
  if (other.line == hole.line || other.point != hole.point) return;
  if (other.before > hole.after || other.after < hole.before) return;
  if (std::find(seen.begin(), seen.end(), other.line) != seen.end()) return;
  seen.push_back(other.line);
  ++hole.holed;
  if (!are_related(hole, other)) ++hole.holed_unrelated;
  hole.whole &= ~(std::uint64_t{1} << (other.line & 63U));
}

}  // namespace

void compare_holes(std::vector<RunHole>& holes) {
  std::vector<LineId> seen;
  for (std::size_t i = 0; i < holes.size(); ++i) {
    seen.clear();
    for (std::size_t j = i; j-- > 0 && i - j <= kMaxNeighbours;) meet(holes[i], holes[j], seen);
    for (std::size_t j = i + 1; j < holes.size() && j - i <= kMaxNeighbours && holes[j].before <= holes[i].after; ++j) {
      meet(holes[i], holes[j], seen);
    }
  }
}

}  // namespace wirecause
