// Who brought the newest units of a feed first, and when: a ring of recent first arrivals, so that the other lines' lag
// can be told as they bring the same units. Lookups by a line that is in order cost O(1) through its cursor.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace wirecause {

struct FirstArrival {
  std::uint64_t first = 0;  // straight numbers [first, end)
  std::uint64_t end = 0;
  TimeNs time;
  std::uint32_t line = 0;  // index of the line within its feed
};

class FirstArrivals {
 public:
  // 2 048 packets: 2 ms of skew at a million packets a second; a sister further behind is arbitrated, its lag not measured.
  static constexpr std::size_t kCapacity = 2'048;

  using Cursor = std::uint64_t;  // index of an arrival since the beginning

  // Field by field into its place: a copy of the whole waits for its parts to be stored.
  void push(std::uint64_t first, std::uint64_t end, TimeNs time, std::uint32_t line) {
    if (ring_.empty()) [[unlikely]]
      ring_.resize(kCapacity);
    FirstArrival& arrival = ring_[pushed_++ & (kCapacity - 1)];
    arrival.first = first;
    arrival.end = end;
    arrival.time = time;
    arrival.line = line;
  }
  std::uint64_t oldest() const { return pushed_ > kCapacity ? pushed_ - kCapacity : 0; }
  std::uint64_t end() const { return pushed_; }
  const FirstArrival& at(Cursor index) const { return ring_[index & (kCapacity - 1)]; }

  // Moves the cursor to the first arrival that ends after `number`; end() when there is none.
  void seek(Cursor& cursor, std::uint64_t number) const {
    if (cursor < oldest()) cursor = oldest();
    while (cursor < pushed_ && at(cursor).end <= number) ++cursor;
  }

  void shift(std::uint64_t by) {
    for (FirstArrival& arrival : ring_) {
      arrival.first += by;
      arrival.end += by;
    }
  }

 private:
  std::vector<FirstArrival> ring_;
  std::uint64_t pushed_ = 0;
};

}  // namespace wirecause
