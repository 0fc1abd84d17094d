// Bursts of one line: the most packets, messages and bytes that any window of 100 us or 1 ms held, exactly.
//
// A window is half open: packets at t and t + width are not in one window. Packets with equal stamps share one entry, so
// memory is bounded by distinct stamps inside the longest window; beyond kMaxEntries the oldest leaves early (counted).
// A packet stamped earlier than the one before counts at the later time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "feed/summary.hpp"

namespace wirecause {

class BurstTracker {
 public:
  static constexpr std::array<DurationNs, 2> kWindows{microseconds(100), milliseconds(1)};
  static constexpr std::size_t kMaxEntries = 1U << 18U;  // distinct nanosecond stamps in a millisecond: 262 Mpps

  void packet(TimeNs time, std::uint32_t messages, std::uint32_t bytes) {
    if (head_ != tails_[1] && time <= newest_) {
      Entry& entry = entries_[(head_ - 1) & mask_];
      entry.packets += 1;
      entry.messages += messages;
      entry.bytes += bytes;
    } else {
      if (head_ - tails_[1] > mask_ || entries_.empty()) make_room();
      entries_[head_ & mask_] = Entry{time, 1, messages, bytes};
      ++head_;
      newest_ = time;
    }
    for (std::size_t w = 0; w < kWindows.size(); ++w) advance(w, messages, bytes);
  }

  // Another run of the packet counted last.
  void more_messages(std::uint32_t messages) {
    if (head_ == tails_[1]) return;
    entries_[(head_ - 1) & mask_].messages += messages;
    for (std::size_t w = 0; w < kWindows.size(); ++w) {
      sums_[w].messages += messages;
      raise(peaks_[w], sums_[w], entries_[tails_[w] & mask_].time);
    }
  }

  std::vector<BurstPeak> peaks() const;
  std::uint64_t left_early() const { return left_early_; }

 private:
  struct Entry {
    TimeNs time;
    std::uint32_t packets = 0;
    std::uint32_t messages = 0;
    std::uint64_t bytes = 0;
  };
  struct Sums {
    std::uint64_t packets = 0;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;

    void subtract(const Entry& leaving) {
      packets -= leaving.packets;
      messages -= leaving.messages;
      bytes -= leaving.bytes;
    }
  };

  void advance(std::size_t w, std::uint32_t messages, std::uint32_t bytes) {
    const Entry* const ring = entries_.data();
    const std::uint64_t mask = mask_;
    const TimeNs oldest_allowed = newest_ - kWindows[w];
    Sums now = sums_[w];
    std::uint64_t tail = tails_[w];
    for (; tail + 1 < head_ && ring[tail & mask].time <= oldest_allowed; ++tail) now.subtract(ring[tail & mask]);
    now.packets += 1;
    now.messages += messages;
    now.bytes += bytes;
    sums_[w] = now;
    tails_[w] = tail;
    BurstPeak& peak = peaks_[w];
    if (now.packets <= peak.packets && now.messages <= peak.messages && now.bytes <= peak.bytes) return;
    raise(peak, now, ring[tail & mask].time);
  }
  static void raise(BurstPeak& peak, const Sums& now, TimeNs at);
  void drop_tail(std::size_t w) {
    sums_[w].subtract(entries_[tails_[w] & mask_]);
    ++tails_[w];
  }
  void make_room();

  std::vector<Entry> entries_;  // ring, a power of two
  std::uint64_t mask_ = 0;
  std::uint64_t head_ = 0;
  TimeNs newest_ = kNoTime;
  std::array<std::uint64_t, 2> tails_{};  // tails_[1] is the longest window's: the oldest entry kept
  std::array<Sums, 2> sums_{};
  std::array<BurstPeak, 2> peaks_{};
  std::uint64_t left_early_ = 0;
};

}  // namespace wirecause
