// Evidence and episodes in words, for tests of causes: what was measured, without the trackers that measure it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diagnose/cause.hpp"
#include "evidence/episode.hpp"
#include "evidence/timeline.hpp"

namespace wirecause::testing {

inline constexpr Subject kPoint{SubjectKind::point, 0};
inline constexpr Subject kOtherPoint{SubjectKind::point, 1};
inline constexpr Subject kFeed{SubjectKind::feed, 0};
inline constexpr Subject kOtherFeed{SubjectKind::feed, 1};
inline constexpr Subject kLineA{SubjectKind::line, 0};
inline constexpr Subject kLineB{SubjectKind::line, 1};
inline constexpr Subject kInput{SubjectKind::input, 0};
inline constexpr Subject kConsumer{SubjectKind::consumer, 0};

inline constexpr TimeNs kStart{1'700'000'000'000'000'000};

class EvidenceBuilder {
 public:
  // Replaces what was said of that name and subject before.
  EvidenceBuilder& value(std::string_view name, Subject subject, std::int64_t value, std::string text = {}) {
    std::erase_if(records_, [name, subject](const Record& r) { return r.name == name && r.subject == subject; });
    Record record;
    record.shape = Shape::summary;
    record.name = name;
    record.subject = subject;
    record.from = kStart;
    record.to = kStart + seconds(100);
    record.value = value;
    record.source = "test";
    record.text = std::move(text);
    records_.push_back(std::move(record));
    return *this;
  }
  EvidenceBuilder& text(std::string_view name, Subject subject, std::string text) {
    return value(name, subject, 0, std::move(text));
  }
  // What was measured for the episode itself, whatever its subject: attached() hangs it on the episode.
  EvidenceBuilder& measured(std::string_view name, std::int64_t value, std::string text = {}, std::uint64_t count = 0,
                            Subject subject = kConsumer) {
    this->value(name, subject, value, std::move(text));
    records_.back().count = count;
    measured_.insert(name);
    return *this;
  }
  // When the last record held; else it is the whole run.
  EvidenceBuilder& during(TimeNs from, TimeNs to) {
    records_.back().from = from;
    records_.back().to = to;
    return *this;
  }
  // A reading of the last record's name; else it is a summary.
  EvidenceBuilder& as_reading() {
    records_.back().shape = Shape::sample;
    return *this;
  }
  EvidenceBuilder& point(Subject point = kPoint) { return text("point.name", point, "tap0"); }
  EvidenceBuilder& dropped(std::int64_t packets, Subject point = kPoint) {
    return value("capture.dropped", point, packets);
  }
  // What the data packets of the feed carried that were seen.
  EvidenceBuilder& carried(std::int64_t units, std::int64_t packets) {
    return value("feed.units_seen", kFeed, units).value("feed.data_packets", kFeed, packets);
  }
  // What remains when nobody had measured `name`.
  EvidenceBuilder without(std::string_view name) const {
    EvidenceBuilder rest = *this;
    std::erase_if(rest.records_, [name](const Record& record) { return record.name == name; });
    return rest;
  }
  // The episode with the numbers that build() gives to what was measured for it.
  Episode attached(Episode episode) const {
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (measured_.contains(records_[i].name)) episode.evidence.push_back(static_cast<EvidenceId>(i));
    }
    return episode;
  }
  Timeline build() const {
    Timeline timeline;
    for (const Record& record : records_) timeline.add(record);
    timeline.name_subject(kFeed, "feed ITCH-X");
    timeline.name_subject(kLineA, "feed ITCH-X line A 239.1.1.1:26477 from 10.0.0.1");
    timeline.name_subject(kLineB, "feed ITCH-X line B 239.1.1.2:26477 from 10.0.0.2");
    timeline.name_subject(kPoint, "point tap0");
    timeline.name_subject(kConsumer, "feed ITCH-X line A 239.1.1.1:26477 -> feedhandler[2435] fd 12");
    return timeline;
  }
  const std::vector<Record>& records() const { return records_; }

 private:
  std::vector<Record> records_;
  std::set<std::string_view> measured_;  // names
};

class EpisodeBuilder {
 public:
  explicit EpisodeBuilder(Symptom symptom, Subject subject = kFeed) {
    episode_.symptom = symptom;
    episode_.subject = subject;
    episode_.first = kStart + seconds(1);
    episode_.last = kStart + seconds(2);
    if (symptom == Symptom::observation) {
      episode_.first = kStart;
      episode_.last = kStart + seconds(100);
      return;
    }
    episode_.expected = 100'000;
    episode_.feed_packets = 20'000;
    episode_.frames.frames = {42};
  }
  EpisodeBuilder& at(DurationNs after_start) {
    episode_.first = kStart + after_start;
    episode_.last = episode_.first + milliseconds(10);
    return *this;
  }
  EpisodeBuilder& at_end() {
    return set([](Episode& e) { e.at_end = true; });
  }
  EpisodeBuilder& packets(std::uint64_t n) {
    return set([n](Episode& e) { e.feed_packets = n; });
  }
  EpisodeBuilder& whole_streams(std::uint32_t n) {
    return set([n](Episode& e) { e.whole_streams = n; });
  }
  EpisodeBuilder& lost(std::uint64_t units) {
    return set([units](Episode& e) {
      e.lost = units;
      e.lost_holes.holes = units > 0 ? 1 : 0;
    });
  }
  EpisodeBuilder& frame(std::uint64_t frame) {
    return set([frame](Episode& e) { e.frames.frames = {frame}; });
  }

  // A line that lacks `alone` units which somebody brought and `common` which nobody did, in one hole.
  EpisodeBuilder& missing(Subject line, std::string name, std::uint64_t alone, std::uint64_t common,
                          std::uint64_t outage = 0) {
    EpisodeLine& l = episode_.lines.emplace_back();
    l.line = line;
    l.name = std::move(name);
    l.holes = 1;
    l.missing_alone = alone;
    l.missing_common = common;
    l.missing = alone + common;
    l.outage = outage;
    l.alone.holes = alone > 0 ? 1 : 0;
    l.common.holes = common > 0 ? 1 : 0;
    ++episode_.hole_count;
    return *this;
  }
  EpisodeBuilder& late(Subject line, std::string name, std::uint64_t units, std::uint64_t packets,
                       std::uint64_t misplaced = 0, std::uint64_t misplaced_packets = 0) {
    EpisodeLine& l = episode_.lines.emplace_back();
    l.line = line;
    l.name = std::move(name);
    l.late = units;
    l.reordered_packets = packets;
    l.misplaced = misplaced;
    l.misplaced_packets = misplaced_packets;
    return *this;
  }
  EpisodeBuilder& duplicates(Subject line, std::string name, std::uint64_t units) {
    EpisodeLine& l = episode_.lines.emplace_back();
    l.line = line;
    l.name = std::move(name);
    l.duplicates = units;
    return *this;
  }
  // The hole [first, first + count) between two packets of the line.
  EpisodeBuilder& hole(Subject line, std::uint64_t first, std::uint64_t count, DurationNs from, DurationNs to,
                       std::uint32_t holed_unrelated = 0) {
    EpisodeHole& h = episode_.largest.emplace_back();
    h.line = line;
    h.first_sequence = first;
    h.count = count;
    h.before = kStart + from;
    h.after = kStart + to;
    h.frame = 77;
    h.holed_unrelated = holed_unrelated;
    return *this;
  }
  EpisodeBuilder& common_to_all(std::uint64_t holes, std::uint64_t units) {
    return set([holes, units](Episode& e) {
      e.holes_common_to_all = holes;
      e.units_common_to_all = units;
    });
  }
  Episode build() const { return episode_; }

 private:
  template <class Change>
  EpisodeBuilder& set(Change change) {
    change(episode_);
    return *this;
  }
  Episode episode_;
};

inline std::vector<Judgement> judged(std::string_view cause, const EvidenceBuilder& evidence, const Episode& episode) {
  const Timeline timeline = evidence.build();
  return find_cause(cause)->judge(EvidenceView(timeline), evidence.attached(episode));
}

// The only judgement; not_applicable when there is none.
inline Judgement only(std::vector<Judgement> judgements) {
  return judgements.empty() ? Judgement{} : std::move(judgements.front());
}

inline bool is_decided(const Judgement& j) { return j.verdict == Verdict::named && j.undecided_with.empty(); }
inline bool is_undecided(const Judgement& j) { return j.verdict == Verdict::named && !j.undecided_with.empty(); }

}  // namespace wirecause::testing
