// Bursts of one line: the most packets, messages and bytes that any window of 100 us or 1 ms held, exactly.
//
// A window is half open: packets at t and t + width are not in one window. Packets with equal stamps share one entry, so
// memory is bounded by distinct stamps inside the longest window; beyond kMaxEntries the oldest leaves early (counted).
// A packet stamped earlier than the one before counts at the later time.
//
// A window needs no look at what leaves it as long as even the packets since its reach, an entry somewhere before its
// beginning, do not exceed the peaks. For packets the reach is moved so that they only just do not; messages and bytes
// seldom exceed theirs from there, and then the reach is moved to where the window begins.
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

  struct Totals {
    std::uint64_t packets = 0;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
  };

  void packet(TimeNs time, std::uint32_t messages, std::uint32_t bytes) {
    if (time > newest_) [[likely]] {
      const std::uint64_t pause = static_cast<std::uint64_t>(time.ns) - static_cast<std::uint64_t>(newest_.ns);
      if (head_ == room_until_ || pause >= kLongest) [[unlikely]]
        make_room(pause);
      newest_ = time;
      Entry& entry = entries_[head_++ & mask_];
      entry.time = stamp(time);
      entry.packets = static_cast<std::uint32_t>(total_.packets);
      entry.messages = static_cast<std::uint32_t>(total_.messages);
      entry.bytes = static_cast<std::uint32_t>(total_.bytes);
    }
    total_.packets += 1;
    total_.messages += messages;
    total_.bytes += bytes;
    look<0>();
    look<1>();
  }

  // Another run of the packet counted last.
  void more_messages(std::uint32_t messages) {
    if (head_ == 0) return;
    total_.messages += messages;
    look<0>();
    look<1>();
  }

  const Totals& totals() const { return total_; }  // of all packets
  std::vector<BurstPeak> peaks() const;
  std::uint64_t left_early() const { return left_early_; }

 private:
  static constexpr auto kLongest = static_cast<std::uint64_t>(kWindows[1].ns);
  static constexpr std::size_t kFirstEntries = 64;
  // Entries after which the reaches are moved to where their windows begin: no reach is older than so many pauses.
  static constexpr std::uint64_t kFresh = 64;

  // Of the packets with one stamp, modulo 2^32: its time, and the totals without it. Entries are less than kFresh windows
  // old, in which no 4 GiB come (0.5 Tbit/s); under a clock that stands still for as long, the bytes are wrong.
  struct alignas(16) Entry {
    std::uint32_t time = 0;
    std::uint32_t packets = 0;
    std::uint32_t messages = 0;
    std::uint32_t bytes = 0;
  };
  static constexpr std::uint32_t stamp(TimeNs time) { return static_cast<std::uint32_t>(time.ns); }
  TimeNs time_of(const Entry& entry) const { return newest_ - nanoseconds(stamp(newest_) - entry.time); }
  // Half open: an entry has left when it is as old as the window is wide. The newest one never leaves.
  template <std::size_t kWindow>
  bool has_left(const Entry& entry) const {
    return stamp(newest_) - entry.time >= static_cast<std::uint32_t>(kWindows[kWindow].ns);
  }

  template <std::size_t kWindow>
  void look() {
    const Entry& from = entries_[reaches_[kWindow] & mask_];
    const BurstPeak& peak = peaks_[kWindow];
    const bool is_more = static_cast<std::uint32_t>(total_.packets) - from.packets > peak.packets;
    const bool may_be_more = (is_more && !has_left<kWindow>(from)) ||
                             static_cast<std::uint32_t>(total_.messages) - from.messages > peak.messages ||
                             static_cast<std::uint32_t>(total_.bytes) - from.bytes > peak.bytes;
    if (may_be_more) [[unlikely]]
      return look_closer<kWindow>();
    // Stamps that packets share come in no order that a processor could predict: the step is made without a branch.
    reaches_[kWindow] += is_more ? 1U : 0U;
  }
  template <std::size_t kWindow>
  void look_closer();
  template <std::size_t kWindow>
  void move_reach();
  void make_room(std::uint64_t pause);
  void grow();

  Totals total_;
  TimeNs newest_ = kNoTime;
  std::uint64_t head_ = 0;
  std::uint64_t room_until_ = kFresh;                               // value of head_ at which make_room() is due
  std::vector<Entry> entries_ = std::vector<Entry>(kFirstEntries);  // ring, a power of two, from the older reach on
  std::uint64_t mask_ = kFirstEntries - 1;
  // Of each window: every entry before has left it. What make_room() keeps begins where both were when it was called:
  // until then either may be the older.
  std::array<std::uint64_t, 2> reaches_{};
  std::array<BurstPeak, 2> peaks_{};
  std::uint64_t left_early_ = 0;
};

}  // namespace wirecause
