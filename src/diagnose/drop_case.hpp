// What all causes of a drop behind the tap have in common: an episode has one place and one reason, so a cause that is
// proved explains all of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "diagnose/judgement.hpp"
#include "evidence/episode.hpp"
#include "evidence/timeline.hpp"

namespace wirecause {

// Whether the episode is one of drops, at this place of the kernel / by this reason of its own.
bool is_drop(const Episode& episode);
bool is_drop_at(const Episode& episode, Checkpoint place);
bool is_drop_by(const Episode& episode, std::string_view reason);

// The kernel has one word (SOCKET_FILTER) for the socket's own filter and for the ingress programs of its cgroup: this one
// has none of its own.
bool is_drop_by_cgroup(const EvidenceView& view, const Episode& episode);

// Named, with all units of the episode claimed: those that the same process got by another line as recovered, the rest as
// lost. Critical where units were lost for good, else warning; by number where every number was read, else by count.
Judgement explains_drop(const Episode& episode, Place place);

// The records that every such finding shows: the drops themselves and the socket's own counter, where measured.
void add_drop_evidence(Judgement& judgement, const EvidenceView& view, const Episode& episode);

}  // namespace wirecause
