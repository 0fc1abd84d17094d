// The timeline: all records of a run, whatever their source, and the read-only view that causes judge by.
//
// Written by one thread (engine merges its backs in a fixed order first). Bounded: beyond kMaxRecords the record is
// counted as suppressed and not kept. Queries are linear in the number of records of that name, which is small.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/episode.hpp"
#include "evidence/record.hpp"

namespace wirecause {

class Timeline {
 public:
  static constexpr std::size_t kMaxRecords = 65'536;  // 16 MiB at about 256 bytes a record (DESIGN D5, off line)

  // Returns the record's id, or nothing when the timeline is full (counted).
  std::optional<EvidenceId> add(Record record);
  void name_subject(Subject subject, std::string text);

  const std::vector<Record>& records() const { return records_; }
  const Record& record(EvidenceId id) const { return records_.at(id); }
  const std::string& subject_name(Subject subject) const;  // empty when it was never named
  std::uint64_t suppressed() const { return suppressed_; }
  std::span<const EvidenceId> named(std::string_view name) const;

 private:
  std::vector<Record> records_;
  std::map<std::string_view, std::vector<EvidenceId>> by_name_;
  std::map<Subject, std::string> names_;
  std::uint64_t suppressed_ = 0;
};

// What a cause may see: records by name, subject and window; nothing else.
class EvidenceView {
 public:
  explicit EvidenceView(const Timeline& timeline) : timeline_(&timeline) {}

  // The value of the last record of that name and subject; nothing = it was not observed (never the same as 0).
  std::optional<std::int64_t> value(std::string_view name, Subject subject) const;
  const Record* find(std::string_view name, Subject subject) const;
  std::optional<EvidenceId> id(std::string_view name, Subject subject) const;
  // All of that name that touch [from, to], in order of publication.
  std::vector<EvidenceId> in_window(std::string_view name, TimeNs from, TimeNs to) const;
  std::vector<EvidenceId> all(std::string_view name) const;
  // Of the records that were measured for this episode: the last one of that name (and subject), or nothing: it was not
  // measured, which is never the same as 0.
  std::optional<EvidenceId> of_episode(const Episode& episode, std::string_view name) const;
  std::optional<EvidenceId> of_episode(const Episode& episode, std::string_view name, Subject subject) const;
  // The same, its value.
  std::optional<std::int64_t> episode_value(const Episode& episode, std::string_view name) const;
  const Record& record(EvidenceId id) const { return timeline_->record(id); }
  const std::string& subject_name(Subject subject) const { return timeline_->subject_name(subject); }

 private:
  const Timeline* timeline_;
};

}  // namespace wirecause
