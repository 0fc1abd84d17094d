// SPDX-License-Identifier: Apache-2.0
#include "diagnose/judging.hpp"

#include <optional>
#include <utility>

#include "diagnose/drop_case.hpp"
#include "diagnose/host_case.hpp"
#include "diagnose/loss_case.hpp"

namespace wirecause {
namespace {

// A handful of packets that look like a feed is no ground for an alarm. That none came is what an absence is about.
bool is_too_small_for_alarm(const Episode& episode) {
  if (episode.connection) return false;  // a connection is what it is, however short
  const bool is_of_packets = episode.symptom != Symptom::observation && episode.symptom != Symptom::absence;
  return is_of_packets && episode.feed_packets < kFewestPackets;
}

// Two causes that remain with equal strength close no bracket, but where the kernel itself said where it dropped.
void settle_place(Judgement& judgement, const Episode& episode) {
  if (judgement.verdict == Verdict::cannot_tell || !judgement.undecided_with.empty()) {
    judgement.place = episode.symptom == Symptom::drop ? Place::on_this_host : Place::cannot_tell;
  }
}

// The record that says so, where the dropped datagrams were for a reader behind a kernel bypass.
std::optional<EvidenceId> unseen_reader(const EvidenceView& view, const Episode& episode) {
  if (!is_drop(episode) || episode.subject.kind != SubjectKind::consumer) return std::nullopt;
  const auto kind = view.id("consumer.kind", episode.subject);
  if (!kind || view.record(*kind).text != "bypass") return std::nullopt;
  const auto who = unseen_consumer_of(view, episode.subject);
  return who ? who : kind;
}

// What the kernel dropped it may have had past the kernel: nothing is concluded of its group
// (decisions, "Rules of the domain": unseen is not healthy).
void conclude_nothing(Judgement& judgement, const EvidenceView& view, EvidenceId unseen) {
  if (judgement.verdict != Verdict::named && judgement.verdict != Verdict::cannot_tell) return;
  judgement = cannot_tell_unseen(view, judgement.subject, unseen);
}

}  // namespace

std::vector<Judged> judge_all(const EvidenceView& view, std::span<const Episode> episodes) {
  std::vector<Judged> all;
  for (std::size_t i = 0; i < episodes.size(); ++i) {
    const auto unseen = unseen_reader(view, episodes[i]);
    for (const Cause* cause : all_causes()) {
      for (Judgement& judgement : cause->judge(view, episodes[i])) {
        if (judgement.verdict == Verdict::not_applicable) continue;
        if (unseen) conclude_nothing(judgement, view, *unseen);
        if (is_too_small_for_alarm(episodes[i])) judgement.severity = Severity::info;
        settle_place(judgement, episodes[i]);
        all.push_back({cause, i, std::move(judgement)});
      }
    }
  }
  return all;
}

}  // namespace wirecause
