// SPDX-License-Identifier: Apache-2.0
#include "diagnose/episode_records.hpp"

#include "diagnose/sums.hpp"

namespace wirecause {

std::optional<EvidenceId> record_of(const EvidenceView& view, const Episode& episode, std::string_view name) {
  for (const EvidenceId id : episode.evidence) {
    if (view.record(id).name == name) return id;
  }
  for (const EvidenceId id : view.in_window(name, episode.first, episode.last)) {
    if (view.record(id).subject == episode.subject) return id;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> count_of(const EvidenceView& view, const Episode& episode, std::string_view name) {
  const auto id = record_of(view, episode, name);
  if (!id) return std::nullopt;
  return as_count(view.record(*id).value);
}

std::vector<EvidenceId> records_of(const EvidenceView& view, const Episode& episode,
                                   std::span<const std::string_view> names) {
  std::vector<EvidenceId> ids;
  for (const std::string_view name : names) {
    if (const auto id = record_of(view, episode, name)) ids.push_back(*id);
  }
  return ids;
}

}  // namespace wirecause
