// SPDX-License-Identifier: Apache-2.0
#include "generate/truth_line.hpp"

#include <algorithm>

namespace wirecause::generate {

LineUnits::LineUnits(std::span<const Seen> seen, std::uint64_t units)
    : at_(units, kNoTime), fate_(units, UnitFate::unseen), low_(units) {
  for (const Seen& packet : seen) take(packet);
}

void LineUnits::take(const Seen& seen) {
  switch (seen.kind) {
    case PublishedKind::retransmission:
      return;  // fills holes of the feed; the line itself did not bring it
    case PublishedKind::reset_mark:
      return;
    case PublishedKind::heartbeat:
    case PublishedKind::end_of_session:
      if (seen.units == 0) {
        low_ = std::min(low_, seen.unit);
        show(seen.unit, seen);
        return;
      }
      break;
    case PublishedKind::data:
      break;
  }
  ++data_packets_;
  bool any_late = false;
  for (std::uint32_t i = 0; i < seen.units; ++i) any_late |= take_unit(seen.unit + i, seen.stamp);
  if (any_late) ++reordered_packets_;
  low_ = std::min(low_, seen.unit);
  show(seen.unit + seen.units, seen);
}

// True when the unit comes for the first time, after a higher one.
bool LineUnits::take_unit(std::uint64_t unit, TimeNs stamp) {
  if (brought(unit)) {
    ++duplicates_;
    return false;
  }
  at_[unit] = stamp;
  const bool is_late = unit < shown_;
  fate_[unit] = is_late ? UnitFate::late : UnitFate::in_order;
  if (!is_late) return false;
  ++late_;
  if (!is_young(step_of(unit), stamp)) ++late_beyond_window_;
  return true;
}

void LineUnits::show(std::uint64_t next, const Seen& seen) {
  if (next <= shown_ && !steps_.empty()) return;
  shown_ = std::max(shown_, next);
  steps_.push_back({shown_, seen.stamp, data_packets_, seen.units == 0});
}

const LineUnits::Step& LineUnits::step_of(std::uint64_t unit) const {
  return *std::upper_bound(steps_.begin(), steps_.end(), unit,
                           [](std::uint64_t u, const Step& step) { return u < step.shown; });
}

bool LineUnits::is_young(const Step& step, TimeNs now) const {
  return !step.by_heartbeat && data_packets_ - step.data_packets < kReorderPackets && now - step.stamp < kReorderTime;
}

bool LineUnits::is_within_window(std::uint64_t unit, TimeNs last) const { return is_young(step_of(unit), last); }

}  // namespace wirecause::generate
