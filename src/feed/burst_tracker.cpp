// SPDX-License-Identifier: Apache-2.0
#include "feed/burst_tracker.hpp"

#include <algorithm>
#include <limits>

namespace wirecause {
namespace {

// Raises the peak to `sum`; returns the total at which a larger sum is possible, when `total` is the present one.
std::uint64_t raised(std::uint64_t& peak, TimeNs& peak_at, std::uint64_t sum, TimeNs at, std::uint64_t total) {
  if (sum > peak) {
    peak = sum;
    peak_at = at;
  }
  return total + (peak - sum) + 1;
}

}  // namespace

void BurstTracker::raise_packets(std::size_t w) {
  const Entry& oldest = entries_[tails_[w] & mask_];
  peaks_[w].packets = static_cast<std::uint32_t>(total_.packets) - oldest.packets;
  peaks_[w].packets_at = time_of(oldest);
}

void BurstTracker::measure() {
  constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
  messages_due_ = bytes_due_ = kNever;
  for (std::size_t w = 0; w < kWindows.size(); ++w) {
    const Entry& oldest = entries_[tails_[w] & mask_];
    const TimeNs at = time_of(oldest);
    const std::uint32_t messages = static_cast<std::uint32_t>(total_.messages) - oldest.messages;
    const std::uint32_t bytes = static_cast<std::uint32_t>(total_.bytes) - oldest.bytes;
    BurstPeak& peak = peaks_[w];
    messages_due_ = std::min(messages_due_, raised(peak.messages, peak.messages_at, messages, at, total_.messages));
    bytes_due_ = std::min(bytes_due_, raised(peak.bytes, peak.bytes_at, bytes, at, total_.bytes));
  }
}

void BurstTracker::make_room() {
  if (entries_.size() >= kMaxEntries) {
    if (tails_[0] == tails_[1]) ++tails_[0];
    ++tails_[1];
    ++left_early_;
    return;
  }
  const std::size_t size = entries_.size() * 2;
  std::vector<Entry> larger(size);
  for (std::uint64_t i = tails_[1]; i < head_; ++i) larger[i & (size - 1)] = entries_[i & mask_];
  entries_ = std::move(larger);
  mask_ = size - 1;
}

std::vector<BurstPeak> BurstTracker::peaks() const {
  std::vector<BurstPeak> peaks(peaks_.begin(), peaks_.end());
  for (std::size_t w = 0; w < peaks.size(); ++w) peaks[w].window = kWindows[w];
  return peaks;
}

}  // namespace wirecause
