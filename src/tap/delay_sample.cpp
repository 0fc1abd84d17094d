// SPDX-License-Identifier: Apache-2.0
#include "tap/delay_sample.hpp"

#include <algorithm>

namespace wirecause {

void DelaySample::add(DurationNs delay) {
  if (seen_++ % stride_ != 0) return;
  if (kept_.capacity() == 0) kept_.reserve(kCapacity);
  kept_.push_back(delay.ns);
  if (kept_.size() < kCapacity) return;
  for (std::size_t i = 0; i < kCapacity / 2; ++i) kept_[i] = kept_[2 * i];
  kept_.resize(kCapacity / 2);
  stride_ *= 2;
}

DurationNs DelaySample::percentile(unsigned percent) const {
  if (kept_.empty()) return {0};
  std::vector<std::int64_t> sorted = kept_;
  std::ranges::sort(sorted);
  const std::size_t rank = (sorted.size() * percent + 99) / 100;  // 1-based
  return {sorted[std::max<std::size_t>(rank, 1) - 1]};
}

}  // namespace wirecause
