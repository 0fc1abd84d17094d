// SPDX-License-Identifier: Apache-2.0
#include "evidence/timeline.hpp"

namespace wirecause {

std::optional<EvidenceId> Timeline::add(Record record) {
  if (records_.size() >= kMaxRecords) {
    ++suppressed_;
    return std::nullopt;
  }
  const auto id = static_cast<EvidenceId>(records_.size());
  by_name_[record.name].push_back(id);
  records_.push_back(std::move(record));
  return id;
}

void Timeline::name_subject(Subject subject, std::string text) { names_[subject] = std::move(text); }

const std::string& Timeline::subject_name(Subject subject) const {
  static const std::string kUnnamed;
  const auto found = names_.find(subject);
  return found == names_.end() ? kUnnamed : found->second;
}

std::span<const EvidenceId> Timeline::named(std::string_view name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return {};
  return found->second;
}

std::optional<EvidenceId> EvidenceView::id(std::string_view name, Subject subject) const {
  const auto ids = timeline_->named(name);
  for (auto it = ids.rbegin(); it != ids.rend(); ++it) {
    if (timeline_->record(*it).subject == subject) return *it;
  }
  return std::nullopt;
}

const Record* EvidenceView::find(std::string_view name, Subject subject) const {
  const auto found = id(name, subject);
  return found ? &timeline_->record(*found) : nullptr;
}

std::optional<std::int64_t> EvidenceView::value(std::string_view name, Subject subject) const {
  const Record* record = find(name, subject);
  if (record == nullptr) return std::nullopt;
  return record->value;
}

std::vector<EvidenceId> EvidenceView::in_window(std::string_view name, TimeNs from, TimeNs to) const {
  std::vector<EvidenceId> touching;
  for (const EvidenceId candidate : timeline_->named(name)) {
    const Record& record = timeline_->record(candidate);
    const TimeNs end = record.to == kNoTime ? record.from : record.to;
    if (record.from <= to && end >= from) touching.push_back(candidate);
  }
  return touching;
}

std::vector<EvidenceId> EvidenceView::all(std::string_view name) const {
  const auto ids = timeline_->named(name);
  return {ids.begin(), ids.end()};
}

std::optional<EvidenceId> EvidenceView::of_episode(const Episode& episode, std::string_view name) const {
  for (std::size_t i = episode.evidence.size(); i-- > 0;) {
    if (record(episode.evidence[i]).name == name) return episode.evidence[i];
  }
  return std::nullopt;
}

std::optional<EvidenceId> EvidenceView::of_episode(const Episode& episode, std::string_view name,
                                                   Subject subject) const {
  for (std::size_t i = episode.evidence.size(); i-- > 0;) {
    const Record& found = record(episode.evidence[i]);
    if (found.name == name && found.subject == subject) return episode.evidence[i];
  }
  return std::nullopt;
}

std::optional<std::int64_t> EvidenceView::episode_value(const Episode& episode, std::string_view name) const {
  const auto found = of_episode(episode, name);
  return found ? std::optional(record(*found).value) : std::nullopt;
}

}  // namespace wirecause
