// SPDX-License-Identifier: Apache-2.0
#include "diagnose/folding.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "diagnose/finding_evidence.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kMaxPackets = 8;    // of them, packets
constexpr std::size_t kMaxEvidence = 32;  // a finding: what a report can show; the rest was judged by, and is counted

// One finding while it grows.
struct Draft {
  Finding finding;
  Scene scene;
  std::vector<Reason> reasons;   // one for each distinct sentence
  std::vector<Reason> observed;  // ... of observations: they speak where no symptom does
  std::set<EvidenceId> evidence;
  std::set<std::size_t> episodes;
  std::set<std::size_t> symptoms;             // ... without the observations, which only say how the capture was made
  std::map<Subject, std::uint64_t> expected;  // by feed, or consumer
  std::map<Subject, std::uint64_t> lives;     // by connection, in nanoseconds
  std::uint64_t most = 0;                     // explained of one episode
};

using Key = std::tuple<std::string_view, Subject, Verdict, bool>;

Key key_of(const Judged& judged) {
  const Judgement& j = judged.judgement;
  return {judged.cause->id, j.subject, j.verdict, !j.undecided_with.empty()};
}

void add_reason(std::vector<Reason>& reasons, const Reason& reason) {
  const auto same = std::ranges::find(reasons, reason.text, &Reason::text);
  if (same == reasons.end()) {
    reasons.push_back(reason);
  } else {
    fold_into(*same, reason);
  }
}

std::string joined(const std::vector<Reason>& reasons) {
  std::string out;
  for (const Reason& reason : reasons) out += (out.empty() ? "" : ". Elsewhere: ") + sentence(reason);
  return out;
}

void widen(Finding& finding, const Judgement& judgement, const Episode& episode) {
  const TimeNs first = judgement.first == kNoTime ? episode.first : judgement.first;
  const TimeNs last = judgement.last == kNoTime ? episode.last : judgement.last;
  if (first != kNoTime && (finding.first == kNoTime || first < finding.first)) finding.first = first;
  if (last != kNoTime && last > finding.last) finding.last = last;
  finding.ongoing = finding.ongoing || (episode.at_end && last == episode.last);
}

void add_partners(Finding& finding, const Judgement& judgement) {
  for (const std::string_view id : judgement.undecided_with) {
    if (std::ranges::find(finding.undecided_with, id) == finding.undecided_with.end()) {
      finding.undecided_with.push_back(id);
    }
  }
  if (finding.would_decide.empty()) finding.would_decide = judgement.missing;
}

// An observation's window is the whole run: it says when a symptom was only if nothing else does.
void add_time(Draft& draft, const Judgement& judgement, const Episode& episode) {
  const bool only_observed_before = draft.symptoms.empty() && !draft.episodes.empty();
  if (episode.symptom == Symptom::observation && !draft.symptoms.empty()) return;
  if (episode.symptom != Symptom::observation && only_observed_before) {
    draft.finding.first = kNoTime;
    draft.finding.last = kNoTime;
  }
  widen(draft.finding, judgement, episode);
}

void add_packets(const EvidenceView& view, Draft& draft, const Judgement& judgement, const Episode& episode) {
  for (FindingEvidence& shown : packets_of(view, episode, judgement)) {
    if (draft.finding.evidence.size() < kMaxPackets) draft.finding.evidence.push_back(std::move(shown));
  }
}

// The input whose frames show the finding: of a hole that it is about, else of the episode's first frames.
std::optional<std::uint32_t> input_of(const Episode& episode, const Judgement& judgement) {
  for (const EpisodeHole& hole : episode.largest) {
    if (hole.frame != 0 && is_about(judgement, episode, hole)) return hole.input;
  }
  if (episode.frames.frames.empty()) return std::nullopt;
  return episode.frames.input;
}

// Feed and line that a consumer reads; the line of its episode where a live run has not said.
void set_consumer_scene(const EvidenceView& view, Scene& scene, const Episode& episode) {
  scene.consumer = episode.subject;
  const auto feed = view.value("consumer.feed", episode.subject);
  const auto line = view.value("consumer.line", episode.subject);
  if (feed && *feed >= 0) scene.feed = {SubjectKind::feed, static_cast<std::uint32_t>(*feed)};
  if (line && *line >= 0) {
    scene.line = {SubjectKind::line, static_cast<std::uint32_t>(*line)};
  } else if (!episode.lines.empty()) {
    scene.line = episode.lines.front().line;
  }
}

// The connection that lost most stands for all of them.
void set_connection_scene(Draft& draft, const Judgement& judgement, const Episode& episode) {
  Scene& scene = draft.scene;
  if (scene.connection && judgement.share <= draft.most) return;
  draft.most = judgement.share;
  scene.connection = episode.connection;
  scene.connection_subject = episode.subject;
  scene.input = input_of(episode, judgement);
}

void set_scene(const EvidenceView& view, Draft& draft, const Judgement& judgement, const Episode& episode) {
  Scene& scene = draft.scene;
  scene.measured.insert(scene.measured.end(), episode.evidence.begin(), episode.evidence.end());
  if (episode.connection) return set_connection_scene(draft, judgement, episode);
  if (!scene.input) scene.input = input_of(episode, judgement);
  if (scene.feed.kind == SubjectKind::feed || scene.line.kind == SubjectKind::line) return;
  if (episode.subject.kind == SubjectKind::consumer) return set_consumer_scene(view, scene, episode);
  if (episode.subject.kind == SubjectKind::line) scene.line = episode.subject;  // that nobody reads here
  if (episode.subject.kind != SubjectKind::feed) return;
  scene.feed = episode.subject;
  const Subject subject = draft.finding.subject;
  if (subject.kind == SubjectKind::line) {
    scene.line = subject;
  } else if (!episode.lines.empty()) {
    scene.line = episode.lines.front().line;
  }
}

void add_drop(Finding& finding, const DropFacts& drop) {
  if (!finding.checkpoint) finding.checkpoint = drop.place;
  finding.by_count = capped_sum(finding.by_count, drop.by_count);
  if (finding.step_down.empty()) finding.step_down = drop.step_down;
}

// Whose units an episode's `expected` are: each counts once, however many episodes it has.
bool has_expected_units(const Episode& episode) {
  const SubjectKind kind = episode.subject.kind;
  return kind == SubjectKind::feed || kind == SubjectKind::consumer || kind == SubjectKind::line;
}

void add(const EvidenceView& view, Draft& draft, const Judged& judged, const Episode& episode) {
  const Judgement& j = judged.judgement;
  Finding& f = draft.finding;
  f.severity = std::max(f.severity, j.severity);
  f.strength = std::max(f.strength, j.strength);
  std::uint64_t& explained = episode.connection ? f.lost_ns : f.share;
  explained = capped_sum(explained, j.share);
  f.lost = capped_sum(f.lost, j.lost);
  f.recovered = capped_sum(f.recovered, j.recovered);
  f.holes = capped_sum(f.holes, j.holes);
  add_reason(episode.symptom == Symptom::observation ? draft.observed : draft.reasons, j.because);
  add_partners(f, j);
  add_time(draft, j, episode);
  draft.evidence.insert(j.evidence.begin(), j.evidence.end());
  if (episode.subject.kind == SubjectKind::connection && episode.connection) {
    draft.lives[episode.subject] = episode.connection->life_ns;
  }
  if (has_expected_units(episode)) draft.expected[episode.subject] = episode.expected;
  set_scene(view, draft, j, episode);
  if (draft.episodes.insert(judged.episode).second) {
    if (episode.symptom != Symptom::observation) draft.symptoms.insert(judged.episode);
    if (episode.drop) add_drop(f, *episode.drop);
    add_packets(view, draft, j, episode);
  }
}

Draft begun(const EvidenceView& view, const Judged& judged) {
  Draft draft;
  draft.finding.cause = judged.cause;
  draft.finding.verdict = judged.judgement.verdict;
  draft.finding.subject = judged.judgement.subject;
  draft.finding.subject_name = name_of(view, judged.judgement.subject);
  draft.finding.place = judged.judgement.place;
  return draft;
}

// Why each cause was ruled out, and in which episodes.
struct Excluded {
  std::vector<Reason> reasons;
  std::set<std::size_t> episodes;
};
using ExcludedByCause = std::map<std::string_view, Excluded>;

std::set<std::size_t> explained_episodes(std::span<const Judged> judged) {
  std::set<std::size_t> explained;
  for (const Judged& j : judged) {
    if (j.judgement.verdict == Verdict::named) explained.insert(j.episode);
  }
  return explained;
}

using RuledOutByEpisode = std::map<std::size_t, std::vector<const Judged*>>;

RuledOutByEpisode ruled_out_by_episode(std::span<const Judged> judged) {
  RuledOutByEpisode by_episode;
  for (const Judged& j : judged) {
    if (j.judgement.verdict == Verdict::ruled_out) by_episode[j.episode].push_back(&j);
  }
  return by_episode;
}

// A cause is listed if it was ruled out in every episode of the finding.
void list_ruled_out(Draft& draft, const RuledOutByEpisode& ruled_out) {
  const std::set<std::size_t>& judged_in = draft.symptoms.empty() ? draft.episodes : draft.symptoms;
  ExcludedByCause excluded;
  for (const std::size_t episode : judged_in) {
    const auto found = ruled_out.find(episode);
    if (found == ruled_out.end()) continue;
    for (const Judged* j : found->second) {
      if (j->cause == draft.finding.cause) continue;
      Excluded& entry = excluded[j->cause->id];
      add_reason(entry.reasons, j->judgement.because);
      entry.episodes.insert(episode);
    }
  }
  const auto& undecided = draft.finding.undecided_with;
  for (const auto& [cause, entry] : excluded) {
    if (entry.episodes != judged_in || std::ranges::find(undecided, cause) != undecided.end()) continue;
    draft.finding.ruled_out.push_back({cause, joined(entry.reasons)});
  }
}

void finish(const EvidenceView& view, Draft& draft) {
  Finding& f = draft.finding;
  f.because = joined(draft.reasons.empty() ? draft.observed : draft.reasons);
  for (const auto& [feed, units] : draft.expected) f.expected = capped_sum(f.expected, units);
  for (const auto& [connection, life] : draft.lives) f.life_ns = capped_sum(f.life_ns, life);
  f.connections = draft.lives.size();
  f.episodes = std::max<std::uint64_t>(1, draft.symptoms.size());
  f.evidence_total = draft.evidence.size() + f.evidence.size();
  for (const EvidenceId id : draft.evidence) {
    if (f.evidence.size() >= kMaxEvidence) break;
    f.evidence.push_back(evidence_of(view, id));
  }
}

}  // namespace

Folded fold(const EvidenceView& view, std::span<const Episode> episodes, std::span<const Judged> judged) {
  const std::set<std::size_t> explained = explained_episodes(judged);
  std::map<Key, std::size_t> places;
  std::vector<Draft> drafts;
  for (const Judged& j : judged) {
    const bool speaks = j.judgement.verdict == Verdict::named ||
                        (j.judgement.verdict == Verdict::cannot_tell && !explained.contains(j.episode));
    if (!speaks) continue;
    const auto [place, is_new] = places.try_emplace(key_of(j), drafts.size());
    if (is_new) drafts.push_back(begun(view, j));
    add(view, drafts[place->second], j, episodes[j.episode]);
  }
  const RuledOutByEpisode ruled_out = ruled_out_by_episode(judged);
  Folded folded;
  for (Draft& draft : drafts) {
    list_ruled_out(draft, ruled_out);
    finish(view, draft);
    folded.findings.push_back(std::move(draft.finding));
    folded.scenes.push_back(std::move(draft.scene));
  }
  return folded;
}

}  // namespace wirecause
