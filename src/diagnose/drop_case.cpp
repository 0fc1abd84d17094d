// SPDX-License-Identifier: Apache-2.0
#include "diagnose/drop_case.hpp"

#include "evidence/drop_reason.hpp"

namespace wirecause {

bool is_drop(const Episode& episode) { return episode.symptom == Symptom::drop && episode.drop.has_value(); }

bool is_drop_at(const Episode& episode, Checkpoint place) { return is_drop(episode) && episode.drop->place == place; }

bool is_drop_by(const Episode& episode, std::string_view reason) {
  return is_drop(episode) && episode.drop->reason == reason;
}

bool is_drop_by_cgroup(const EvidenceView& view, const Episode& episode) {
  return is_drop_by(episode, drop_reason::kSocketFilter) && view.value("consumer.has_filter", episode.subject) == 0;
}

Judgement explains_drop(const Episode& episode, Place place) {
  const Severity severity = episode.lost > 0 ? Severity::critical : Severity::warning;
  const Strength strength = episode.drop->by_count == 0 ? Strength::by_number : Strength::by_count;
  Judgement judgement = named(episode.subject, place, severity, strength);
  judgement.holes = episode.hole_count;
  judgement.recovered = episode.recovered;
  if (episode.lost > 0) judgement.claims.push_back({episode.subject, episode.lost});
  for (const EpisodeLine& line : episode.lines) {
    if (line.missing_alone > 0) judgement.claims.push_back({line.line, line.missing_alone});
  }
  return judgement;
}

void add_drop_evidence(Judgement& judgement, const EvidenceView& view, const Episode& episode) {
  for (const std::string_view name : {"socket.drops", "drop.records_lost"}) {
    if (const auto id = view.of_episode(episode, name)) judgement.evidence.push_back(*id);
  }
}

}  // namespace wirecause
