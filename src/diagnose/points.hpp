// Where the lines of an episode were seen, and what the capture says that it dropped there.
//
// A line's point comes from `line.point`; where nobody said it, a run with a single point leaves no doubt, and a run
// with several leaves the point unknown. A count of drops is known only where the file states it (DESIGN D11).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "evidence/timeline.hpp"

namespace wirecause {

// All points of the run, in order of appearance.
std::vector<Subject> points(const EvidenceView& view);

// The point of a line; the run as a whole (SubjectKind::run) where it is not known.
Subject point_of(const EvidenceView& view, Subject line);

struct StatedDrops {
  std::uint64_t packets = 0;
  std::optional<EvidenceId> counter;  // none: the sum over all points
};

// Nothing: the capture does not say, or says it for several points of which some dropped and the line's is not known.
std::optional<StatedDrops> stated_drops(const EvidenceView& view, Subject point);

}  // namespace wirecause
