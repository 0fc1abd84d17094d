// The longest waits of a connection in which its sender could have gone on but for one thing, with their packets.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "tcp/account.hpp"

namespace wirecause::tcp {

struct Stall {
  TimeNs from = kNoTime;
  TimeNs to = kNoTime;
  Wait wait = Wait::sender_idle;
  std::uint8_t direction = 0;      // index of the flow that waited
  std::uint64_t frame_before = 0;  // last packet before it
  std::uint64_t frame_after = 0;   // the packet that ended it
  DurationNs length() const { return to - from; }
};

class Stalls {
 public:
  static constexpr std::size_t kMost = 8;

  void add(const Stall& stall) {
    ++total_;
    ++counts_[stall.direction][static_cast<std::size_t>(stall.wait)];
    if (longest_.size() == kMost) {
      const auto least = std::min_element(longest_.begin(), longest_.end(),
                                          [](const Stall& a, const Stall& b) { return a.length() < b.length(); });
      if (least->length() >= stall.length()) return;
      longest_.erase(least);
    }
    longest_.reserve(kMost);
    longest_.push_back(stall);
  }
  // How often one direction waited for it.
  std::uint32_t count(std::uint8_t direction, Wait wait) const {
    return counts_[direction][static_cast<std::size_t>(wait)];
  }
  const std::vector<Stall>& longest() const { return longest_; }  // in order of time
  std::uint64_t total() const { return total_; }

 private:
  std::vector<Stall> longest_;
  std::uint64_t total_ = 0;
  std::array<std::array<std::uint32_t, kWaits>, 2> counts_{};
};

}  // namespace wirecause::tcp
