// Values of the placeholders that only a live run knows: the consumer and its process, the thread that reads, the limit of
// its cgroup, and this host's present settings, for a fix and its undo.
//
// Facts come from the consumer's, the host's and the interface's records, what was measured from those of the finding's
// episodes. What is computed:
//   {newbuf} {newmax}  largest burst of the episodes in truesize, rounded up to a power of two; half of it for SO_RCVBUF,
//                      because the kernel doubles that (sock_setsockopt); all of it for net.core.rmem_max
//   {sister}           "its other line", where the feed has one
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string_view>
#include <vector>

#include "diagnose/finding.hpp"
#include "diagnose/folding.hpp"
#include "diagnose/placeholders.hpp"
#include "evidence/timeline.hpp"

namespace wirecause {

// Adds what is known; a value that is there already stays.
void put_live_values(PlaceholderValues& values, const EvidenceView& view, const Scene& scene, const Finding& finding);

// All that it may fill.
std::vector<std::string_view> live_value_names();

// Placeholders of things that are not there: an action or a sentence about one of them is left out, where one that is only
// not known "cannot be computed". A live run has no {file}; a feed of one line no {sister}; without a throttled cgroup
// there is no {cgroup} to free; a process that is not stopped need not be told to go on; net.core.rmem_max that is large
// enough stays.
std::set<std::string_view> not_applicable(const PlaceholderValues& values, const EvidenceView& view,
                                          const Scene& scene);

}  // namespace wirecause
