// Settles who explains which units, so that the shares of an episode are disjoint (DESIGN D7) and no counter pays for
// more than it moved (D2).
//
// Each episode has a pool of units a line (missing there, brought by another) and one for the feed (brought by nobody).
// The capture's own faults take first, then the stronger evidence, then the earlier on the path; causes
// that are undecided between each other take last, all from the same units, which are counted once. A cause that is
// left without units although it claimed some is ruled out by those that took them.
//
// Of a connection (Symptom::stall) the units are the nanoseconds of its life, and the counters what it waited for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "diagnose/judging.hpp"

namespace wirecause {

inline constexpr int kCapturePathOrder = 100;  // the capture itself

inline bool is_about_capture(const Cause& cause) { return cause.path_order >= kCapturePathOrder; }

// `judged` is in order of episode and stays so.
void settle_shares(std::span<const Episode> episodes, std::vector<Judged>& judged);

}  // namespace wirecause
