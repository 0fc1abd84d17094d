// SPDX-License-Identifier: Apache-2.0
#include "tcp/heard.hpp"

#include <algorithm>

namespace wirecause::tcp {

void Heard::passed(Offset ack, std::uint32_t key, TimeNs now) noexcept {
  if (by_ == By::at_once) return;
  if (count_ > 0) {
    Passed& newest = passed_[(first_ + count_ - 1U) % kMost];
    // Stamps tick once a millisecond: of those of one tick the last, which the last packet of the answer had heard.
    if (newest.key == key) newest.ack = static_cast<std::uint32_t>(ack);
    if (newest.key == key || now - last_ < step_) return;
  }
  if (count_ == kMost) make_room();
  passed_[(first_ + count_++) % kMost] = {key, static_cast<std::uint32_t>(ack)};
  last_ = now;
}

// The way is longer than was thought: every second one is enough.
void Heard::make_room() noexcept {
  constexpr DurationNs kLeast = microseconds(50);
  constexpr DurationNs kLongest = seconds(1);
  step_ = std::min(kLongest, std::max(kLeast, DurationNs{2 * std::min(step_, kLongest).ns}));
  std::array<Passed, kMost> kept{};
  std::uint8_t count = 0;
  for (std::uint8_t i = 0; i < count_; i = static_cast<std::uint8_t>(i + 2U)) {
    kept[count++] = passed_[(first_ + i) % kMost];
  }
  passed_ = kept;
  first_ = 0;
  count_ = count;
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
