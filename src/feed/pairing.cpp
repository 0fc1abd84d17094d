// SPDX-License-Identifier: Apache-2.0
#include "feed/pairing.hpp"

#include <algorithm>
#include <cstring>

namespace wirecause {
namespace {

constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15ULL;  // 2^64 / golden ratio: spreads low entropy over the high bits

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
  Recent& last = recent_[key % kRecent];
  const Recent before = last;
  last = {key, unit.line, true};
  if (!before.used || before.key != key || before.line == unit.line) return std::nullopt;

  Pair& pair = pairs_[std::minmax(before.line, unit.line)];
  if (pair.settled) return std::nullopt;
  pair.same += unit.units;
  if (pair.same < kSameUnits) return std::nullopt;
  pair.settled = true;
  if (disagree(before.line, unit.line)) return std::nullopt;
  return before.line;
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
