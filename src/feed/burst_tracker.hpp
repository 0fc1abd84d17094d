// Bursts of one line: the most packets, messages and bytes that any window of 100 us or 1 ms held, exactly.
//
// A window is half open: packets at t and t + width are not in one window. Packets with equal stamps share one entry, so
// memory is bounded by distinct stamps inside the longest window; beyond kMaxEntries the oldest leaves early (counted).
// A packet stamped earlier than the one before counts at the later time.
//
// Packets are looked at one by one. Messages and bytes of a window that holds less than its peak cannot exceed it before
// as much has been added as it lacks: until then nothing is computed of them but the totals.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
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

  struct Totals {
    std::uint64_t packets = 0;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
  };

  void packet(TimeNs time, std::uint32_t messages, std::uint32_t bytes) {
    if (time > newest_) [[likely]] {
      const std::uint64_t pause = static_cast<std::uint64_t>(time.ns) - static_cast<std::uint64_t>(newest_.ns);
      newest_ = time;
      if (pause >= kLongest) [[unlikely]] tails_ = {head_, head_};  // everything has left
      if (head_ - tails_[1] > mask_) [[unlikely]] make_room();
      Entry& entry = entries_[head_++ & mask_];
      entry.time = stamp(time);
      entry.packets = static_cast<std::uint32_t>(total_.packets);
      entry.messages = static_cast<std::uint32_t>(total_.messages);
      entry.bytes = static_cast<std::uint32_t>(total_.bytes);
    }
    total_.packets += 1;
    total_.messages += messages;
    total_.bytes += bytes;
    leave<0>();
    leave<1>();
    if (is_due()) [[unlikely]] measure();
  }

  // Another run of the packet counted last.
  void more_messages(std::uint32_t messages) {
    if (head_ == 0) return;
    total_.messages += messages;
    if (is_due()) measure();
  }

  const Totals& totals() const { return total_; }  // of all packets
  std::vector<BurstPeak> peaks() const;
  std::uint64_t left_early() const { return left_early_; }

 private:
  static constexpr auto kLongest = static_cast<std::uint64_t>(kWindows[1].ns);

  // Of the packets with one stamp, modulo 2^32: its time, and the totals without it. Entries are less than two windows
  // old, and no window holds 4 GiB (34 Tbit/s).
  struct alignas(16) Entry {
    std::uint32_t time = 0;
    std::uint32_t packets = 0;
    std::uint32_t messages = 0;
    std::uint32_t bytes = 0;
  };
  static constexpr std::uint32_t stamp(TimeNs time) { return static_cast<std::uint32_t>(time.ns); }

  // Entries that have left a window do not count in it any more; the newest one never leaves. Nearly always none to two
  // leave, in no order that a processor could predict: these are counted without a branch.
  template <std::size_t kWindow>
  void leave() {
    constexpr auto kWidth = static_cast<std::uint32_t>(kWindows[kWindow].ns);
    const Entry* const ring = entries_.data();
    const std::uint32_t now = stamp(newest_);
    std::uint64_t tail = tails_[kWindow];
    tail += now - ring[tail & mask_].time >= kWidth ? 1U : 0U;
    tail += now - ring[tail & mask_].time >= kWidth ? 1U : 0U;
    while (now - ring[tail & mask_].time >= kWidth) [[unlikely]] ++tail;
    tails_[kWindow] = tail;
    const std::uint32_t packets = static_cast<std::uint32_t>(total_.packets) - ring[tail & mask_].packets;
    if (packets > peaks_[kWindow].packets) [[unlikely]] raise_packets(kWindow);
  }
  bool is_due() const { return total_.messages >= messages_due_ || total_.bytes >= bytes_due_; }
  TimeNs time_of(const Entry& entry) const { return newest_ - nanoseconds(stamp(newest_) - entry.time); }
  void raise_packets(std::size_t w);
  void measure();
  void make_room();

  static constexpr std::size_t kFirstEntries = 64;

  Totals total_;
  std::uint64_t messages_due_ = 0;  // totals at which a window may exceed its peak
  std::uint64_t bytes_due_ = 0;
  TimeNs newest_ = kNoTime;
  std::uint64_t head_ = 0;
  std::vector<Entry> entries_ = std::vector<Entry>(kFirstEntries);  // ring, a power of two
  std::uint64_t mask_ = kFirstEntries - 1;
  // The oldest entry of each window; tails_[1], the longest window's, is the oldest one kept.
  std::array<std::uint64_t, 2> tails_{};
  std::array<BurstPeak, 2> peaks_{};
  std::uint64_t left_early_ = 0;
};

}  // namespace wirecause
