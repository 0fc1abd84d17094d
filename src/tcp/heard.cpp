// SPDX-License-Identifier: Apache-2.0
#include "tcp/heard.hpp"

#include <algorithm>

namespace wirecause::tcp {

void Heard::passed(Offset ack, std::uint32_t key, TimeNs now) noexcept {
  if (by_ == By::at_once) return;
  if (count_ > 0) {
    const Passed& newest = passed_[(first_ + count_ - 1U) % kMost];
    if (newest.key == key || now - last_ < step_) return;
  }
  if (count_ == kMost) {  // the way is longer than was thought
    constexpr DurationNs kLeast = microseconds(50);
    constexpr DurationNs kMostStep = seconds(1);
    step_ = std::min(kMostStep, std::max(kLeast, DurationNs{2 * std::min(step_, kMostStep).ns}));
    return;
  }
  passed_[(first_ + count_++) % kMost] = {key, static_cast<std::uint32_t>(ack)};
  last_ = now;
}

Offset Heard::known_at(std::uint32_t key) noexcept {
  while (count_ > 0 && !is_older_stamp(key, passed_[first_].key)) {
    known_ = offset_near(known_, 0, passed_[first_].ack);
    first_ = static_cast<std::uint8_t>((first_ + 1U) % kMost);
    --count_;
  }
  return known_;
}

}  // namespace wirecause::tcp
