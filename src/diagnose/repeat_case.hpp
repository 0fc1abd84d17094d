// What made packets come twice at one point: the capture (a tap or SPAN that doubles, two points in one file) or the
// path.
//
// One answer for capture_duplicated, capture_two_points and net_duplication. A tap doubles everything after a constant
// delay; the path doubles some packets, or one stream, at its own pace.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "evidence/timeline.hpp"

namespace wirecause {

inline constexpr std::uint64_t kShareOfDoubledCapture = 950'000;  // per million: "every packet twice"
// Two points see the same streams, but one may see more: at least half of the packets must have come twice. Where it is not
// (nearly) all of them, and the capture itself does not tell the two points apart, the offset must be constant; a router or a
// host between the two makes it vary with its load.
inline constexpr std::uint64_t kShareOfTwoPoints = 500'000;

struct Repeats {
  std::uint64_t packets = 0;
  std::uint64_t share = 0;      // per million
  std::uint64_t delay = 0;      // ns, median
  std::uint64_t spread = 0;     // ns, 95th minus 5th percentile
  std::uint64_t elsewhere = 0;  // of the packets, first seen at another interface or in another file
  std::vector<EvidenceId> evidence;

  bool is_constant() const;
};

// Nothing: nobody looked at this point, which is not the same as none.
std::optional<Repeats> identical_repeats(const EvidenceView& view, Subject point);
std::optional<Repeats> second_sights(const EvidenceView& view, Subject point);

bool capture_doubles(const Repeats& repeats);
bool shows_two_points(const Repeats& repeats);

}  // namespace wirecause
