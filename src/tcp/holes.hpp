// The bytes of one direction that were passed over and not seen yet: an ordered list of at most kMost ranges.
//
// What is seen is everything below the highest end that is in no hole. A list that is full gives up its oldest hole: its
// bytes then count as seen, and forgotten() says how many.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

// The packet that showed a hole, for telling a late original from a retransmission.
struct HoleOpener {
  TimeNs time = kNoTime;
  std::uint64_t frame = 0;
  std::uint32_t stamp = 0;  // TSval
  bool has_stamp = false;
  std::uint16_t ip_id = 0;  // 0: none
};

struct Hole {
  Offset begin = 0;
  Offset end = 0;
  HoleOpener opener;
};

class Holes {
 public:
  static constexpr std::size_t kMost = 64;

  bool empty() const { return holes_.empty(); }
  std::span<const Hole> all() const { return holes_; }
  Offset first() const { return holes_[0].begin; }  // not of an empty list

  // [begin, end) lies above all that is there.
  void open(Offset begin, Offset end, const HoleOpener& opener);
  // Bytes of [begin, end) that are in holes.
  Offset missing_in(Offset begin, Offset end) const;
  // The hole that holds a byte of [begin, end), or nullptr.
  const Hole* at(Offset begin, Offset end) const;
  // They were seen now: how many were missing.
  Offset fill(Offset begin, Offset end);
  // Nobody will bring what lies below `edge`: how many bytes were missing there.
  Offset give_up_below(Offset edge);
  std::uint64_t forgotten() const { return forgotten_; }

 private:
  std::vector<Hole> holes_;  // most directions have few at a time: room for kMost would be 2.5 KiB of each
  std::uint64_t forgotten_ = 0;
};

}  // namespace wirecause::tcp
