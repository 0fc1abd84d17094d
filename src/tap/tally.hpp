// A count of packets with what evidence needs beside it: the span of time and the first frames that show it.
// Used by tap/ only; add() is on the packet path.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "packet/packet_view.hpp"

namespace wirecause {

class Tally {
 public:
  static constexpr std::size_t kFrames = 8;  // enough to look at by hand

  void add(const PacketView& packet) noexcept {
    if (count_ == 0) {
      input_ = packet.input;
      first_ = last_ = packet.time;
    }
    ++count_;
    if (packet.time != kNoTime) {
      first_ = first_ == kNoTime ? packet.time : std::min(first_, packet.time);
      last_ = std::max(last_, packet.time);
    }
    // Frame numbers count within one file; a point may go on in the next one.
    if (frame_count_ < kFrames && packet.input == input_) frames_[frame_count_++] = packet.frame;
  }

  std::uint64_t count() const noexcept { return count_; }
  TimeNs first() const noexcept { return first_; }
  TimeNs last() const noexcept { return last_; }
  std::uint32_t input() const noexcept { return input_; }
  std::span<const std::uint64_t> frames() const noexcept { return {frames_.data(), frame_count_}; }

 private:
  std::uint64_t count_ = 0;
  TimeNs first_ = kNoTime;
  TimeNs last_ = kNoTime;
  std::uint32_t input_ = 0;
  std::size_t frame_count_ = 0;
  std::array<std::uint64_t, kFrames> frames_{};
};

}  // namespace wirecause
