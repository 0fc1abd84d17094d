// SPDX-License-Identifier: Apache-2.0
#include "feed/burst_tracker.hpp"

#include <algorithm>
#include <utility>

namespace wirecause {

template <std::size_t kWindow>
void BurstTracker::move_reach() {
  std::uint64_t& reach = reaches_[kWindow];
  while (has_left<kWindow>(entries_[reach & mask_])) ++reach;
}

// Exactly what the window holds.
template <std::size_t kWindow>
void BurstTracker::look_closer() {
  move_reach<kWindow>();
  const Entry& oldest = entries_[reaches_[kWindow] & mask_];
  BurstPeak& peak = peaks_[kWindow];
  const auto raise = [&](std::uint64_t& most, TimeNs& at, std::uint32_t sum) {
    if (sum <= most) return;
    most = sum;
    at = time_of(oldest);
  };
  raise(peak.packets, peak.packets_at, static_cast<std::uint32_t>(total_.packets) - oldest.packets);
  raise(peak.messages, peak.messages_at, static_cast<std::uint32_t>(total_.messages) - oldest.messages);
  raise(peak.bytes, peak.bytes_at, static_cast<std::uint32_t>(total_.bytes) - oldest.bytes);
}

template void BurstTracker::look_closer<0>();
template void BurstTracker::look_closer<1>();

// For another entry, which comes `pause` after the newest.
void BurstTracker::make_room(std::uint64_t pause) {
  if (pause >= kLongest) {  // everything leaves
    reaches_ = {head_, head_};
  } else {
    move_reach<0>();
    move_reach<1>();
  }
  if (head_ - reaches_[1] > mask_) grow();
  room_until_ = std::min(head_ + kFresh, reaches_[1] + mask_ + 1);
}

// Both reaches are where their windows begin: the longer one's is the older.
void BurstTracker::grow() {
  if (entries_.size() >= kMaxEntries) {
    if (reaches_[0] == reaches_[1]) ++reaches_[0];
    ++reaches_[1];
    ++left_early_;
    return;
  }
  const std::size_t size = entries_.size() * 2;
  std::vector<Entry> larger(size);
  for (std::uint64_t i = reaches_[1]; i < head_; ++i) larger[i & (size - 1)] = entries_[i & mask_];
  entries_ = std::move(larger);
  mask_ = size - 1;
}

std::vector<BurstPeak> BurstTracker::peaks() const {
  std::vector<BurstPeak> peaks(peaks_.begin(), peaks_.end());
  for (std::size_t w = 0; w < peaks.size(); ++w) peaks[w].window = kWindows[w];
  return peaks;
}

}  // namespace wirecause
