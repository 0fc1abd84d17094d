// One line in one epoch, unit by unit: what it brought and when, what it showed and what it owes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "generate/truth_recorder.hpp"

namespace wirecause::generate {

// DESIGN D3: a hole is spoken of when it is older than either.
inline constexpr std::uint64_t kReorderPackets = 64;
inline constexpr DurationNs kReorderTime = milliseconds(1);

class LineUnits {
 public:
  // `seen`: the line's packets of this epoch in the order of the file.
  LineUnits(std::span<const Seen> seen, std::uint64_t units);

  bool brought(std::uint64_t unit) const { return at_[unit] != kNoTime; }
  TimeNs brought_at(std::uint64_t unit) const { return at_[unit]; }
  UnitFate fate(std::uint64_t unit) const { return fate_[unit]; }
  void set_fate(std::uint64_t unit, UnitFate fate) { fate_[unit] = fate; }

  bool saw_anything() const { return !steps_.empty(); }
  std::uint64_t low() const { return low_; }      // the first unit that the line spoke of
  std::uint64_t shown() const { return shown_; }  // one past the last unit that the line spoke of
  // When the line first spoke of a number above `unit`, which is below shown().
  TimeNs shown_at(std::uint64_t unit) const { return step_of(unit).stamp; }
  // Whether the hole at `unit` (below shown(), not brought) is still inside the reorder window at `last`.
  bool is_within_window(std::uint64_t unit, TimeNs last) const;

  std::uint64_t late() const { return late_; }
  std::uint64_t late_beyond_window() const { return late_beyond_window_; }
  std::uint64_t duplicates() const { return duplicates_; }
  std::uint64_t reordered_packets() const { return reordered_packets_; }

 private:
  // The packet that raised what the line had shown.
  struct Step {
    std::uint64_t shown;  // from then on
    TimeNs stamp;
    std::uint64_t data_packets;  // of the line so far, this one included
    bool by_heartbeat;
  };

  void take(const Seen& seen);
  bool take_unit(std::uint64_t unit, TimeNs stamp);
  void show(std::uint64_t next, const Seen& seen);
  const Step& step_of(std::uint64_t unit) const;
  bool is_young(const Step& step, TimeNs now) const;

  std::vector<TimeNs> at_;
  std::vector<UnitFate> fate_;
  std::vector<Step> steps_;
  std::uint64_t low_;
  std::uint64_t shown_ = 0;
  std::uint64_t data_packets_ = 0;
  std::uint64_t late_ = 0;
  std::uint64_t late_beyond_window_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint64_t reordered_packets_ = 0;
};

}  // namespace wirecause::generate
