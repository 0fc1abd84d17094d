// SPDX-License-Identifier: Apache-2.0
#include "generate/truth_epoch.hpp"

#include <algorithm>

namespace wirecause::generate {
namespace {

// Beyond the largest lag seen, how much later the slower line may still be expected (docs/send.md).
constexpr DurationNs kUsualMargin = milliseconds(1);

bool is_missing(UnitFate fate) {
  return fate == UnitFate::lost || fate == UnitFate::recovered || fate == UnitFate::outage ||
         fate == UnitFate::tail_unknown;
}

template <class FateOf>
std::vector<TruthGap> runs(std::uint64_t units, std::uint32_t epoch, FateOf&& fate_of) {
  std::vector<TruthGap> out;
  UnitFate before = UnitFate::in_order;
  for (std::uint64_t unit = 0; unit < units; ++unit) {
    const UnitFate fate = fate_of(unit);
    if (fate != UnitFate::in_order && fate != UnitFate::unseen) {
      if (fate == before)
        ++out.back().count;
      else
        out.push_back({epoch, unit, 1, fate});
    }
    before = fate;
  }
  return out;
}

}  // namespace

EpochTruth::EpochTruth(std::vector<LineUnits> lines, std::vector<bool> is_visible, std::vector<bool> retransmitted,
                       const EpochSetting& setting)
    : lines_(std::move(lines)),
      is_visible_(std::move(is_visible)),
      retransmitted_(std::move(retransmitted)),
      setting_(setting) {}

DurationNs EpochTruth::largest_lag(const std::vector<LineUnits>& lines, std::uint64_t units) {
  DurationNs largest{0};
  for (std::uint64_t unit = 0; unit < units; ++unit) {
    TimeNs earliest = kNoTime;
    TimeNs latest = kNoTime;
    for (const LineUnits& line : lines) {
      if (line.fate(unit) != UnitFate::in_order) continue;
      const TimeNs at = line.brought_at(unit);
      earliest = earliest == kNoTime ? at : std::min(earliest, at);
      latest = std::max(latest, at);
    }
    if (earliest != kNoTime) largest = std::max(largest, latest - earliest);
  }
  return largest;
}

void EpochTruth::decide(DurationNs lag, const std::vector<std::vector<Silence>>& silences) {
  const DurationNs usual = lag + kUsualMargin;
  const std::uint64_t units = retransmitted_.size();
  for (std::size_t l = 0; l < lines_.size(); ++l) {
    if (!is_visible_[l]) continue;
    for (std::uint64_t unit = 0; unit < units; ++unit)
      if (!lines_[l].brought(unit)) lines_[l].set_fate(unit, missing_fate(l, unit, usual));
  }
  for (std::size_t l = 0; l < lines_.size(); ++l)
    for (std::uint64_t unit = 0; unit < units; ++unit) {
      if (lines_[l].fate(unit) != UnitFate::lost) continue;
      if (earliest_brought(unit) != kNoTime && is_silent(silences[l], unit))
        lines_[l].set_fate(unit, UnitFate::outage);
      else if (earliest_brought(unit) != kNoTime || retransmitted_[unit])
        lines_[l].set_fate(unit, UnitFate::recovered);
    }
}

// What a unit is to a line that did not bring it: unseen where the line does not owe it.
UnitFate EpochTruth::missing_fate(std::size_t l, std::uint64_t unit, DurationNs usual) const {
  const LineUnits& line = lines_[l];
  if (line.saw_anything() && unit >= line.low() && unit < line.shown())
    return setting_.is_last && line.is_within_window(unit, setting_.capture_last) ? UnitFate::tail_unknown
                                                                                  : UnitFate::lost;
  const TimeNs shown = earliest_shown(unit);
  if (shown == kNoTime) return UnitFate::unseen;
  const bool is_head = line.saw_anything() && unit < line.low();
  if (is_head) {
    const TimeNs brought = earliest_brought(unit);
    if (brought == kNoTime) return UnitFate::unseen;
    return !setting_.is_first || brought - setting_.capture_first > usual ? UnitFate::lost : UnitFate::unseen;
  }
  return setting_.is_last && setting_.capture_last - shown <= usual ? UnitFate::tail_unknown : UnitFate::lost;
}

TimeNs EpochTruth::earliest_brought(std::uint64_t unit) const {
  TimeNs earliest = kNoTime;
  for (const LineUnits& line : lines_)
    if (line.brought(unit))
      earliest = earliest == kNoTime ? line.brought_at(unit) : std::min(earliest, line.brought_at(unit));
  return earliest;
}

// When any line first spoke of a number above `unit`, or brought it.
TimeNs EpochTruth::earliest_shown(std::uint64_t unit) const {
  TimeNs earliest = kNoTime;
  for (const LineUnits& line : lines_) {
    if (!line.saw_anything() || unit < line.low() || unit >= line.shown()) continue;
    const TimeNs at = line.shown_at(unit);
    earliest = earliest == kNoTime ? at : std::min(earliest, at);
  }
  return earliest;
}

bool EpochTruth::is_silent(const std::vector<Silence>& silences, std::uint64_t unit) const {
  const TimeNs at = earliest_brought(unit);
  return std::any_of(silences.begin(), silences.end(),
                     [&](const Silence& silence) { return silence.from < at && at < silence.to; });
}

UnitFate EpochTruth::feed_fate(std::uint64_t unit) const {
  bool is_owed = false;
  bool is_recovered = false;
  bool is_open = false;
  bool is_brought = retransmitted_[unit];
  for (std::size_t l = 0; l < lines_.size(); ++l) {
    if (!is_visible_[l]) continue;
    const UnitFate fate = lines_[l].fate(unit);
    is_owed |= fate != UnitFate::unseen;
    is_brought |= lines_[l].brought(unit);
    is_recovered |= fate == UnitFate::recovered;
    is_open |= fate == UnitFate::tail_unknown;
  }
  if (!is_owed) return UnitFate::unseen;
  if (is_brought) return is_recovered ? UnitFate::recovered : UnitFate::in_order;
  return is_open ? UnitFate::tail_unknown : UnitFate::lost;
}

void EpochTruth::add_to(std::uint64_t l, LineTruth& out) const {
  const LineUnits& line = lines_[l];
  for (std::uint64_t unit = 0; unit < retransmitted_.size(); ++unit) {
    const UnitFate fate = line.fate(unit);
    if (fate == UnitFate::unseen) continue;
    ++out.expected;
    if (!is_missing(fate))
      ++out.seen_once;
    else if (fate == UnitFate::tail_unknown)
      ++out.tail_unknown;
    else
      ++out.lost;
    if (fate == UnitFate::outage) ++out.outage_units;
  }
  out.late += line.late();
  out.late_beyond_window += line.late_beyond_window();
  out.duplicates += line.duplicates();
  out.reordered_packets += line.reordered_packets();
}

void EpochTruth::add_to(ArbitratedTruth& out) const {
  for (std::uint64_t unit = 0; unit < retransmitted_.size(); ++unit) {
    switch (feed_fate(unit)) {
      case UnitFate::in_order:
        ++out.delivered;
        break;
      case UnitFate::recovered:
        ++out.delivered;
        ++out.recovered;
        break;
      case UnitFate::lost:
        ++out.lost;
        break;
      case UnitFate::tail_unknown:
        ++out.tail_unknown;
        break;
      case UnitFate::unseen:
      case UnitFate::late:
      case UnitFate::outage:
        break;
    }
  }
  out.expected = out.delivered + out.lost;
}

std::vector<TruthGap> EpochTruth::gaps(std::uint64_t l) const {
  return runs(retransmitted_.size(), setting_.number, [&](std::uint64_t unit) { return lines_[l].fate(unit); });
}

std::vector<TruthGap> EpochTruth::arbitrated_gaps() const {
  return runs(retransmitted_.size(), setting_.number, [&](std::uint64_t unit) {
    const UnitFate fate = feed_fate(unit);
    return is_missing(fate) && fate != UnitFate::recovered ? fate : UnitFate::in_order;
  });
}

}  // namespace wirecause::generate
