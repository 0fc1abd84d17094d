// SPDX-License-Identifier: Apache-2.0
#include "tcp/round_trip.hpp"

namespace wirecause::tcp {

void RoundTrip::sent_again(Offset begin, Offset end) noexcept {
  for (std::uint8_t i = 0; i < count_; ++i) {
    Open& open = open_[(first_ + i) % kOpen];
    // An acknowledgement of anything at or above the repeated bytes may answer the repetition.
    if (open.end > begin && begin < end) open.is_ambiguous = true;
  }
}

std::optional<DurationNs> RoundTrip::acknowledged(Offset edge, TimeNs time) noexcept {
  std::optional<DurationNs> sample;
  while (count_ > 0 && open_[first_].end <= edge) {
    const Open& open = open_[first_];
    last_flight_ = open.flight;
    sample = open.is_ambiguous ? std::nullopt : std::optional(time - open.time);
    first_ = static_cast<std::uint8_t>((first_ + 1U) % kOpen);
    --count_;
  }
  if (sample && sample->ns < 0) return std::nullopt;
  if (sample) add(*sample);
  return sample;
}

void RoundTrip::add(DurationNs sample) noexcept {
  const DurationNs at_least{std::max<std::int64_t>(sample.ns, 1)};  // 0 means none
  bound(at_least);
  most_ = std::max(most_, at_least);
  last_ = at_least;
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
