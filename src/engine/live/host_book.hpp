// What the collectors said: the history of their counters, the states that hold now, and events. One for a run.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string_view>
#include <utility>

#include "evidence/record.hpp"
#include "evidence/sample_history.hpp"
#include "host/collector.hpp"

namespace wirecause {

class HostBook final : public EvidenceSink {
 public:
  static constexpr std::size_t kMaxEvents = 4'096;     // the oldest goes first, counted
  static constexpr std::size_t kMaxSummaries = 4'096;  // likewise
  static constexpr std::size_t kMaxStates = 16'384;    // settings and properties of a host

  // Before a collector is asked.
  void at(TimeNs now) { now_ = now; }

  void sample(std::string_view name, Subject subject, std::int64_t value) override;
  void record(Record record) override;

  SampleHistory& history() { return history_; }
  const SampleHistory& history() const { return history_; }
  // The newest of each (name, subject).
  const std::map<std::pair<std::string_view, Subject>, Record>& states() const { return states_; }
  const Record* state(std::string_view name, Subject subject) const;
  // What collectors summed up between two readings, in order: each stands, none replaces another.
  const std::deque<Record>& summaries() const { return summaries_; }
  const std::deque<Record>& events() const { return events_; }
  std::uint64_t forgotten() const { return forgotten_; }

 private:
  void keep(std::deque<Record>& list, std::size_t most, Record record);

  TimeNs now_ = kNoTime;
  SampleHistory history_;
  std::map<std::pair<std::string_view, Subject>, Record> states_;
  std::deque<Record> events_;
  std::deque<Record> summaries_;
  std::uint64_t forgotten_ = 0;
};

}  // namespace wirecause
