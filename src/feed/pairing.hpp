// Which lines carry the same feed: content, not configuration (DESIGN D4).
//
// Two lines of one framing, channel and session are paired when 32 units with the same number had the same bytes and none
// had other bytes. Owned by the front, one object per (framing, channel); it sees the hash of every unit of lines that are
// not settled yet, and a sample of the settled ones, so that a line that turns up later finds its feed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "feed/descriptor.hpp"

namespace wirecause {

// 64-bit hash of a unit's bytes: for telling equal from different, not for adversaries.
std::uint64_t content_hash(Bytes bytes) noexcept;

class Pairing {
 public:
  static constexpr std::uint32_t kSameUnits = 32;
  static constexpr std::size_t kRecent = 4'096;   // units over all lines: how far apart sisters may be
  static constexpr std::size_t kLinesOfUnit = 6;  // of one unit that are remembered: two sisters seen at three points
  static constexpr std::size_t kRecentOfLine = 512;  // units a line remembers to be compared once more before pairing

  struct Unit {
    LineId line = 0;
    SessionId session = 0;
    std::uint32_t units = 1;  // numbers that the bytes cover
    std::uint64_t number = 0;
    std::uint64_t hash = 0;
  };

  // Returns the line that `unit.line` has just been found to carry the same units as; once per pair. A line is compared with
  // all that brought the unit before, not with the last one alone: where two points see the lines A and B, the last before
  // B is A of the other point.
  std::optional<LineId> observe(const Unit& unit);

 private:
  static constexpr LineId kNobody = ~LineId{0};
  struct Recent {  // a unit, and the lines that brought it, the oldest first
    std::uint64_t key = 0;
    std::array<LineId, kLinesOfUnit> lines;
    Recent() { lines.fill(kNobody); }
  };
  struct OfLine {
    std::vector<std::uint64_t> number;  // with the session mixed in
    std::vector<std::uint64_t> hash;
  };
  struct Pair {
    std::uint32_t same = 0;
    bool settled = false;
  };
  bool are_found(LineId before, const Unit& unit);
  bool disagree(LineId a, LineId b) const;

  std::vector<Recent> recent_;
  std::map<LineId, OfLine> lines_;
  std::map<std::pair<LineId, LineId>, Pair> pairs_;
};

}  // namespace wirecause
