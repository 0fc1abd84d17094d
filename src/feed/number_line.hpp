// From wire numbers, which wrap, to one straight line of 64-bit numbers, and back.
//
// Straight numbers of a space that wraps start in the second lap, so that what arrives from before the start does not
// underflow. A space that does not wrap is its own straight line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "feed/framing.hpp"

namespace wirecause {

class NumberLine {
 public:
  explicit NumberLine(NumberSpace space)
      : first_(space.first), lap_(space.wraps() ? space.last - space.first + 1 : 0) {}

  bool wraps() const { return lap_ != 0; }
  std::uint64_t lap() const { return lap_; }                       // numbers a lap; 0 where the space does not wrap
  bool is_narrow() const { return lap_ != 0 && lap_ <= kNarrow; }  // 16 bits: laps are short

  // The straight number to begin with.
  std::uint64_t start_at(std::uint64_t wire) const { return lap_ == 0 ? wire : lap_ + offset(wire); }

  // The straight number of `wire` that is nearest to `reference`.
  std::uint64_t near(std::uint64_t wire, std::uint64_t reference) const {
    if (lap_ == 0) return wire;
    const std::uint64_t ahead = (offset(wire) + lap_ - reference % lap_) % lap_;
    if (ahead <= lap_ / 2) return reference + ahead;
    const std::uint64_t behind = lap_ - ahead;
    return behind > reference ? reference + ahead : reference - behind;
  }

  std::uint64_t wire(std::uint64_t straight) const { return lap_ == 0 ? straight : first_ + straight % lap_; }

 private:
  static constexpr std::uint64_t kNarrow = 1U << 16U;

  // A number outside the space (hostile) lands somewhere inside it.
  std::uint64_t offset(std::uint64_t wire) const { return (wire - first_) % lap_; }

  std::uint64_t first_;
  std::uint64_t lap_;
};

}  // namespace wirecause
