// What the counters of this host showed, and when: readings by (name, subject), of which only the changes are kept.
//
// The live engine adds every reading of every collector and asks how far a counter grew around a symptom. Bounded
// (DESIGN D5): ten minutes, and kMaxChanges changes of all series together; the oldest change of all goes first. What a
// series was before its oldest kept change is then unknown, what it has been since is not.
//
// Reading times only rise within a series: a reading stamped before its predecessor is taken as simultaneous with it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "evidence/record.hpp"

namespace wirecause {

class SampleHistory {
 public:
  static constexpr DurationNs kKept = seconds(600);
  static constexpr std::size_t kMaxChanges = 786'432;  // of 32 bytes: 24 MiB
  static constexpr std::size_t kMaxSeries = 32'768;    // of at most 256 bytes with their index: 8 MiB

  struct Reading {
    TimeNs time = kNoTime;  // when this series was last read
    std::int64_t value = 0;
    bool operator==(const Reading&) const = default;
  };

  // One reading. `name` must be static text, as everywhere in evidence. Beyond kMaxSeries a new series is not kept
  // (counted by refused()).
  void add(std::string_view name, Subject subject, TimeNs time, std::int64_t value);

  // Every series that was first read at or before `taken` is held to have had that first value since `start`: the
  // readings that a run takes before it looks at its first packet. A series that appears later has no past.
  void set_baseline(TimeNs start, TimeNs taken);

  // The value of the last reading at or before `time`. Nothing: there was none, or it is no longer kept.
  std::optional<std::int64_t> value_at(std::string_view name, Subject subject, TimeNs time) const;

  // value_at(to) - value_at(from). Nothing, which is never the same as 0, when
  // - there was no reading at or before `from` (see set_baseline) or it is no longer kept;
  // - the last reading of all was before `from`: nobody looked;
  // - the value fell in (from, to]: a counter that was reset or wrapped tells no growth (and a level never does).
  // A change counts at the reading that showed it, up to one pace of its collector after it happened: widen the window.
  std::optional<std::int64_t> increase(std::string_view name, Subject subject, TimeNs from, TimeNs to) const;

  // The last reading.
  std::optional<Reading> last(std::string_view name, Subject subject) const;

  // Readings that changed the value in (from, to], oldest first, at most the newest `most` of them.
  std::vector<Reading> changes(std::string_view name, Subject subject, TimeNs from, TimeNs to, std::size_t most) const;

  // Everything that was ever read: names in order of appearance, subjects in their own order.
  const std::vector<std::string_view>& names() const { return names_; }
  std::vector<Subject> subjects(std::string_view name) const;

  // How often the series fell: resets and wraps of a counter.
  std::uint64_t falls(std::string_view name, Subject subject) const;

  std::size_t kept_changes() const { return changes_.size(); }
  std::uint64_t refused() const { return refused_; }    // readings of series for which there was no room
  std::uint64_t backward() const { return backward_; }  // readings stamped before their predecessor

 private:
  static constexpr std::uint64_t kNone = UINT64_MAX;

  struct Key {
    std::string_view name;
    Subject subject;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept;
  };
  // Changes of all series stand in one queue in order of reading; those of one series are a chain, newest first.
  struct Change {
    TimeNs time;
    std::int64_t value = 0;
    std::uint64_t before = kNone;  // number of the series' change before this one
    std::uint32_t series = 0;
  };
  struct Series {
    Key key;
    Reading base;                // the oldest value known, and since when
    bool base_was_first = true;  // false: changes before it are no longer kept
    Reading last;
    std::uint64_t newest = kNone;  // number of its newest change
    std::uint64_t falls = 0;
  };

  Series* series_of(const Key& key, TimeNs time, std::int64_t value);
  void forget_oldest();
  const Series* find(std::string_view name, Subject subject) const;
  const Change* change(std::uint64_t number) const;
  std::optional<std::int64_t> known_since(const Series& series, TimeNs time) const;

  std::deque<Change> changes_;
  std::uint64_t forgotten_ = 0;  // number of the change at the front of changes_
  std::vector<Series> series_;
  std::unordered_map<Key, std::uint32_t, KeyHash> index_;
  std::vector<std::string_view> names_;
  TimeNs baseline_from_ = kNoTime;
  TimeNs baseline_taken_ = kNoTime;
  std::uint64_t refused_ = 0;
  std::uint64_t backward_ = 0;
};

}  // namespace wirecause
