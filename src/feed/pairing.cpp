// SPDX-License-Identifier: Apache-2.0
#include "feed/pairing.hpp"

#include <algorithm>
#include <cstring>

namespace wirecause {
namespace {

// 2^64 / golden ratio: spreads low entropy over the high bits.
constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15ULL;

constexpr std::uint64_t kNoNumber = ~std::uint64_t{0};

std::uint64_t mixed(std::uint64_t value) {
  value ^= value >> 32U;
  value *= kMultiplier;
  value ^= value >> 29U;
  return value;
}

}  // namespace

std::uint64_t content_hash(Bytes bytes) noexcept {
  std::uint64_t hash = bytes.size() * kMultiplier;
  while (bytes.size() >= 8) {
    hash = mixed(hash ^ detail::load<std::uint64_t>(bytes.data()));
    bytes = bytes.subspan(8);
  }
  std::uint64_t tail = 0;
  if (!bytes.empty()) std::memcpy(&tail, bytes.data(), bytes.size());
  return mixed(hash ^ tail);
}

std::optional<LineId> Pairing::observe(const Unit& unit) {
  if (recent_.empty()) recent_.resize(kRecent);
  OfLine& mine = lines_[unit.line];
  if (mine.number.empty()) {
    mine.number.resize(kRecentOfLine, kNoNumber);
    mine.hash.resize(kRecentOfLine);
  }
  const std::size_t slot = unit.number % kRecentOfLine;
  mine.number[slot] = unit.number + unit.session * kMultiplier;
  mine.hash[slot] = unit.hash;

  const std::uint64_t key = mixed(unit.hash ^ mixed(unit.number + unit.session * kMultiplier));
  Recent& recent = recent_[key % kRecent];
  if (recent.key != key) {
    recent = {};
    recent.key = key;
  }
  const auto end = std::find(recent.lines.begin(), recent.lines.end(), kNobody);
  if (std::find(recent.lines.begin(), end, unit.line) != end) return std::nullopt;
  std::optional<LineId> found;
  // Pairs that are complete at the same unit are found one a unit.
  for (auto before = recent.lines.begin(); before != end && !found; ++before) {
    if (are_found(*before, unit)) found = *before;
  }
  if (end != recent.lines.end()) {
    *end = unit.line;
  } else {
    std::shift_left(recent.lines.begin(), recent.lines.end(), 1);
    recent.lines.back() = unit.line;
  }
  return found;
}

bool Pairing::are_found(LineId before, const Unit& unit) {
  Pair& pair = pairs_[std::minmax(before, unit.line)];
  if (pair.settled) return false;
  pair.same += unit.units;
  if (pair.same < kSameUnits) return false;
  pair.settled = true;
  return !disagree(before, unit.line);
}

bool Pairing::disagree(LineId a, LineId b) const {
  const OfLine& one = lines_.at(a);
  const OfLine& other = lines_.at(b);
  for (std::size_t i = 0; i < kRecentOfLine; ++i) {
    if (one.number[i] == other.number[i] && one.number[i] != kNoNumber && one.hash[i] != other.hash[i]) return true;
  }
  return false;
}

}  // namespace wirecause
