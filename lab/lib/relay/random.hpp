// The relay's own generator, so that a seed gives the same decisions on every machine: splitmix64 (Steele, Lea, Flood 2014).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lab {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }

  // In [0, 1).
  double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

  bool happens(double probability) { return unit() < probability; }

 private:
  std::uint64_t state_;
};

}  // namespace lab
