// Repeatable chance. A draw is a function of (key, index) and of nothing else, so one fault's draws never move
// another's, lines stay independent, and the same seed gives the same bytes on every machine and library. (The
// distributions of the standard library are left out on purpose: their output is unspecified.)
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wirecause::generate {

// The output function of SplitMix64 (Steele, Lea, Flood 2014): every bit of the input reaches every bit of the result.
constexpr std::uint64_t mixed(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

class Chance {
 public:
  constexpr Chance() = default;
  // A stream of draws of its own for each (seed, purpose, part).
  constexpr Chance(std::uint64_t seed, std::uint64_t purpose, std::uint64_t part = 0) noexcept
      : key_(mixed(mixed(mixed(seed) ^ purpose) ^ part)) {}

  constexpr std::uint64_t bits(std::uint64_t index) const noexcept { return mixed(key_ ^ mixed(index)); }

  // 0 .. bound-1; 0 for bound 0. The bias is below 2^-32 for every bound under 2^32.
  constexpr std::uint64_t below(std::uint64_t index, std::uint64_t bound) const noexcept {
    return bound == 0 ? 0 : bits(index) % bound;
  }

  // True with probability threshold / 2^64.
  constexpr bool hits(std::uint64_t index, std::uint64_t threshold) const noexcept { return bits(index) < threshold; }

 private:
  std::uint64_t key_ = 0;
};

// The threshold for a probability of 0 to 1, for Chance::hits.
constexpr std::uint64_t threshold_of(double probability) noexcept {
  if (probability <= 0) return 0;
  if (probability >= 1) return ~std::uint64_t{0};
  return static_cast<std::uint64_t>(probability * 18446744073709551616.0);  // 2^64
}

}  // namespace wirecause::generate
