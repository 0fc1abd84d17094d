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

// Whether a judgement of an episode is about one of its holes: on its line, with units of a kind that it claims.
bool is_about(const Judgement& judgement, const Episode& episode, const EpisodeHole& hole);

// The holes or packets of one episode that a judgement is about, with frame numbers and a display filter each.
std::vector<FindingEvidence> packets_of(const EvidenceView& view, const Episode& episode, const Judgement& judgement);

}  // namespace wirecause
