// Records that belong to one episode: a feed may be silent or restart many times, and each time has its own figures.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "evidence/episode.hpp"
#include "evidence/timeline.hpp"

namespace wirecause {

// The record of that name among those that the episode lists; else the one of its subject that touches its window.
std::optional<EvidenceId> record_of(const EvidenceView& view, const Episode& episode, std::string_view name);

// Its value; what is negative is zero. Nothing: it was not observed.
std::optional<std::uint64_t> count_of(const EvidenceView& view, const Episode& episode, std::string_view name);

// Those of the names that were observed.
std::vector<EvidenceId> records_of(const EvidenceView& view, const Episode& episode,
                                   std::span<const std::string_view> names);

}  // namespace wirecause
