// All lines of a feed in one epoch: who owes what, who recovered what, what nobody brought.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "generate/truth_line.hpp"

namespace wirecause::generate {

struct EpochSetting {
  std::uint32_t number = 0;
  bool is_first = false;  // the capture began inside it, or with it
  bool is_last = false;   // nothing ended it but the end of the file
  TimeNs capture_first;
  TimeNs capture_last;
};

// A time in which a line brought nothing for at least a second, while another still did.
struct Silence {
  TimeNs from;
  TimeNs to;
};

class EpochTruth {
 public:
  // `is_visible[l]`: whether line l has any packet in the file; a line without one is unknown to every reader.
  EpochTruth(std::vector<LineUnits> lines, std::vector<bool> is_visible, std::vector<bool> retransmitted,
             const EpochSetting& setting);

  // The largest difference between two lines that brought a unit, both in order.
  static DurationNs largest_lag(const std::vector<LineUnits>& lines, std::uint64_t units);

  // Decides every unit of every line. `lag` is the feed's largest; `silences[l]` are line l's.
  void decide(DurationNs lag, const std::vector<std::vector<Silence>>& silences);
  void add_to(std::uint64_t line, LineTruth& out) const;
  void add_to(ArbitratedTruth& out) const;

  const LineUnits& line(std::uint64_t l) const { return lines_[l]; }
  // Runs of adjoining units of one fate, those that a report would list.
  std::vector<TruthGap> gaps(std::uint64_t line) const;
  std::vector<TruthGap> arbitrated_gaps() const;

 private:
  UnitFate missing_fate(std::size_t line, std::uint64_t unit, DurationNs usual) const;
  TimeNs earliest_brought(std::uint64_t unit) const;
  TimeNs earliest_shown(std::uint64_t unit) const;
  bool is_silent(const std::vector<Silence>& silences, std::uint64_t unit) const;
  UnitFate feed_fate(std::uint64_t unit) const;

  std::vector<LineUnits> lines_;
  std::vector<bool> is_visible_;
  std::vector<bool> retransmitted_;
  EpochSetting setting_;
};

}  // namespace wirecause::generate
