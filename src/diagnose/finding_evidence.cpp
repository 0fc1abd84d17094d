// SPDX-License-Identifier: Apache-2.0
#include "diagnose/finding_evidence.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kHolesShown = 3;  // an episode keeps its 16 largest; the report lists gaps on its own

std::string_view kind_text(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::run:
      return "the capture";
    case SubjectKind::input:
      return "input";
    case SubjectKind::point:
      return "point";
    case SubjectKind::feed:
      return "feed";
    case SubjectKind::line:
      return "line";
    case SubjectKind::host:
      return "host";
    case SubjectKind::interface:
      return "interface";
    case SubjectKind::cpu:
      return "cpu";
    case SubjectKind::consumer:
      return "consumer";
    case SubjectKind::connection:
      return "connection";
    case SubjectKind::host_pair:
      return "hosts";
    case SubjectKind::server:
      return "server";
  }
  return "subject";
}

// By number alone: the frames of an episode are of any of its lines, so an address beside them would hide some.
std::string filter_of(const FrameRefs& frames) {
  if (!frames.filter.empty() || frames.frames.empty()) return frames.filter;
  return fmt::format("frame.number in {{{}}}", fmt::join(frames.frames, ", "));
}

FindingEvidence hole_evidence(const EvidenceView& view, const EpisodeHole& hole) {
  FindingEvidence shown;
  shown.name = "line.hole";
  shown.subject = name_of(view, hole.line);
  shown.value = static_cast<std::int64_t>(std::min<std::uint64_t>(hole.count, INT64_MAX));
  shown.unit = Unit::units;
  shown.source = "wire";
  shown.text = fmt::format("missing from number {}", hole.first_sequence);
  shown.from = hole.before;
  shown.to = hole.after;
  shown.frames.input = hole.input;
  if (hole.frame != 0) shown.frames.frames.push_back(hole.frame);
  shown.frames.filter = filter_of(shown.frames);
  return shown;
}

std::string_view symptom_name(Symptom symptom) {
  switch (symptom) {
    case Symptom::loss:
      return "feed.loss";
    case Symptom::disorder:
      return "feed.disorder";
    case Symptom::duplication:
      return "feed.duplication";
    case Symptom::restart:
      return "feed.restarted";
    case Symptom::silence:
      return "feed.silent";
    case Symptom::observation:
      return "capture.observed";
    case Symptom::drop:
      return "consumer.dropped";
    case Symptom::absence:
      return "consumer.absent";
    case Symptom::setup:
      return "tcp.setup";
    case Symptom::stall:
      return "tcp.stalled";
    case Symptom::abort:
      return "tcp.aborted";
  }
  return "feed.episode";
}

struct Extent {
  std::uint64_t value = 0;
  Unit unit = Unit::none;
};

// What an episode comes to on all its lines; its frames are only the first few.
Extent extent_of(const Episode& episode) {
  Extent whole{0, episode.symptom == Symptom::disorder ? Unit::packets : Unit::units};
  for (const EpisodeLine& line : episode.lines) {
    const std::uint64_t doubled = episode.symptom == Symptom::duplication ? line.duplicates : line.missing;
    whole.value = capped_sum(whole.value, episode.symptom == Symptom::disorder ? line.reordered_packets : doubled);
  }
  return whole.value == 0 ? Extent{episode.frames.frames.size(), Unit::frames} : whole;
}

FindingEvidence frames_evidence(const EvidenceView& view, const Episode& episode) {
  FindingEvidence shown;
  shown.name = symptom_name(episode.symptom);
  shown.subject = name_of(view, episode.subject);
  const Extent extent = extent_of(episode);
  shown.value = static_cast<std::int64_t>(std::min<std::uint64_t>(extent.value, INT64_MAX));
  shown.unit = extent.unit;
  shown.source = "wire";
  shown.text = episode.text;
  shown.from = episode.first;
  shown.to = episode.last;
  shown.frames = episode.frames;
  shown.frames.filter = filter_of(episode.frames);
  return shown;
}

}  // namespace

std::string name_of(const EvidenceView& view, Subject subject) {
  const std::string& given = view.subject_name(subject);
  if (!given.empty()) return given;
  if (subject.kind == SubjectKind::run) return std::string(kind_text(subject.kind));
  return fmt::format("{} {}", kind_text(subject.kind), subject.id);
}

FindingEvidence evidence_of(const EvidenceView& view, EvidenceId id) {
  const Record& record = view.record(id);
  FindingEvidence shown;
  shown.name = std::string(record.name);
  shown.subject = name_of(view, record.subject);
  shown.value = record.value;
  shown.unit = record.unit;
  shown.source = std::string(record.source);
  shown.text = record.text;
  shown.from = record.from;
  shown.to = record.to;
  shown.frames = record.frames;
  shown.frames.filter = filter_of(record.frames);
  return shown;
}

bool is_about(const Judgement& judgement, const Episode& episode, const EpisodeHole& hole) {
  if (judgement.subject.kind == SubjectKind::line && hole.line != judgement.subject) return false;
  return judgement.claims.empty() || std::ranges::any_of(judgement.claims, [&](const Claim& claim) {
           return claim.pool == episode.subject ? hole.common > 0 : claim.pool == hole.line && hole.count > hole.common;
         });
}

std::vector<FindingEvidence> packets_of(const EvidenceView& view, const Episode& episode, const Judgement& judgement) {
  std::vector<FindingEvidence> shown;
  for (const EpisodeHole& hole : episode.largest) {
    if (shown.size() == kHolesShown) break;
    if (!is_about(judgement, episode, hole)) continue;
    shown.push_back(hole_evidence(view, hole));
  }
  if (shown.empty() && !episode.frames.frames.empty()) shown.push_back(frames_evidence(view, episode));
  return shown;
}

}  // namespace wirecause
