// SPDX-License-Identifier: Apache-2.0
#include "feed/burst_tracker.hpp"

namespace wirecause {

void BurstTracker::make_room() {
  constexpr std::size_t kFirstSize = 64;
  if (entries_.size() >= kMaxEntries) {
    if (tails_[0] == tails_[1]) drop_tail(0);
    drop_tail(1);
    ++left_early_;
    return;
  }
  const std::size_t size = entries_.empty() ? kFirstSize : entries_.size() * 2;
  std::vector<Entry> larger(size);
  for (std::uint64_t i = tails_[1]; i < head_; ++i) larger[i & (size - 1)] = entries_[i & mask_];
  entries_ = std::move(larger);
  mask_ = size - 1;
}

void BurstTracker::raise(BurstPeak& peak, const Sums& now, TimeNs at) {
  if (now.packets > peak.packets) {
    peak.packets = now.packets;
    peak.packets_at = at;
  }
  if (now.messages > peak.messages) {
    peak.messages = now.messages;
    peak.messages_at = at;
  }
  if (now.bytes > peak.bytes) {
    peak.bytes = now.bytes;
    peak.bytes_at = at;
  }
}

std::vector<BurstPeak> BurstTracker::peaks() const {
  std::vector<BurstPeak> peaks(peaks_.begin(), peaks_.end());
  for (std::size_t w = 0; w < peaks.size(); ++w) peaks[w].window = kWindows[w];
  return peaks;
}

}  // namespace wirecause
