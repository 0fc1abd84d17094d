// From episodes and evidence to findings: every cause judges every episode, shares are made disjoint, findings are
// folded by (cause, subject), ordered (DESIGN D7) and their runbooks filled in. Pure: no file, no clock.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "diagnose/finding.hpp"
#include "evidence/episode.hpp"
#include "evidence/timeline.hpp"

namespace wirecause {

Diagnosis diagnose(const Timeline& timeline, std::span<const Episode> episodes);

}  // namespace wirecause
