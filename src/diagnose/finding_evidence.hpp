// What stands beside a finding as evidence: the records that its judgements name, and the packets of its episodes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "diagnose/finding.hpp"
#include "evidence/episode.hpp"
#include "evidence/timeline.hpp"

namespace wirecause {

// The subject's name as engine gave it, or "line 3" where it was never named.
std::string name_of(const EvidenceView& view, Subject subject);

FindingEvidence evidence_of(const EvidenceView& view, EvidenceId id);

// The holes or packets of one episode that concern the subject, with frame numbers and a display filter each.
std::vector<FindingEvidence> packets_of(const EvidenceView& view, const Episode& episode, Subject subject);

}  // namespace wirecause
