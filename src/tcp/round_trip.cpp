// SPDX-License-Identifier: Apache-2.0
#include "tcp/round_trip.hpp"

namespace wirecause::tcp {

void RoundTrip::sent_again(Offset begin, Offset end) noexcept {
  if (begin >= end) return;
  for (unsigned i = 0; i < count_; ++i) {
    const unsigned at = (first_ + i) % kOpen;
    // An acknowledgement of anything at or above the repeated bytes may answer the repetition.
    if (is_above(open_[at].end, begin)) ambiguous_ = static_cast<std::uint8_t>(ambiguous_ | 1U << at);
  }
}

DurationNs RoundTrip::acknowledged(Offset edge, TimeNs time) noexcept {
  constexpr DurationNs kAmbiguous{-1};
  DurationNs sample = kAmbiguous;
  while (count_ > 0 && !is_above(open_[first_].end, edge)) {
    const bool is_ambiguous = (std::uint32_t{ambiguous_} >> first_ & 1U) != 0;
    const DurationNs apart{std::int64_t{static_cast<std::int32_t>(ticks(time) - open_[first_].time)} << kTickBits};
    last_flight_ = open_[first_].flight;
    sample = is_ambiguous ? kAmbiguous : apart;
    first_ = static_cast<std::uint8_t>((first_ + 1U) % kOpen);
    --count_;
  }
  if (sample.ns < 0) return {};
  add(sample);
  return sample;
}

void RoundTrip::add(DurationNs sample) noexcept {
  const DurationNs at_least{std::max<std::int64_t>(sample.ns, 1)};  // 0 means none
  bound(at_least);
  if (samples_ == 0) {
    smoothed_ = at_least.ns;
    variation_ = at_least.ns / 2;
  } else {
    const std::int64_t off = at_least.ns - smoothed_;
    variation_ += ((off < 0 ? -off : off) - variation_) / 4;
    smoothed_ += off / 8;
  }
  ++samples_;
}

}  // namespace wirecause::tcp
