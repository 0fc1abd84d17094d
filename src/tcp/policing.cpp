// SPDX-License-Identifier: Apache-2.0
#include "tcp/policing.hpp"

#include "tcp/root.hpp"

namespace wirecause::tcp {
namespace {

constexpr std::int64_t kShortest = 16;  // segments of an interval: less has no rate, one packet would change it
constexpr std::uint32_t kMostIntervals = 1U << 13U;
constexpr std::uint64_t kFastest = 1U << 25U;  // kbit/s; squares of all intervals fit

}  // namespace

void Policing::loss(TimeNs time, Offset begin, std::uint32_t segment, bool queued) noexcept {
  ++losses_;
  queued_ += queued ? 1U : 0U;
  const TimeNs before = last_time_;
  const Offset from = last_begin_;
  if (before != kNoTime && begin - from < kShortest * segment) return;  // goes on: the interval grows
  last_time_ = time;
  last_begin_ = begin;
  if (before == kNoTime || time <= before || intervals_ == kMostIntervals) return;
  constexpr std::uint64_t kBitsAMillisecond = 8'000;  // of bytes a microsecond
  const auto took = static_cast<std::uint64_t>(std::max<std::int64_t>((time - before).ns / 1'000, 1));
  const auto bytes = static_cast<std::uint64_t>(std::min<Offset>(begin - from, Offset{1} << 40U));
  const std::uint64_t rate = std::min(bytes * kBitsAMillisecond / took, kFastest);
  ++intervals_;
  rates_ += rate;
  rates_squared_ += rate * rate;
}

PolicingSummary Policing::summary(std::uint64_t fastest) const {
  constexpr std::uint32_t kFewestIntervals = 4;
  constexpr std::uint32_t kMostSpread = 100;  // per mille; chance losses have 250 and more
  PolicingSummary out;
  out.intervals = intervals_;
  out.losses = losses_;
  out.queued_before = queued_;
  if (intervals_ == 0) return out;
  const std::uint64_t mean = rates_ / intervals_;
  out.rate = mean * 1'000;
  const std::uint64_t squares = rates_squared_ / intervals_;
  const std::uint64_t variance = squares > mean * mean ? squares - mean * mean : 0;
  out.spread = static_cast<std::uint32_t>(mean == 0 ? 0 : root(variance) * 1'000 / mean);
  // Bursts went past faster than the rate: a queue would have sent them at it.
  const bool is_bursty = fastest > out.rate + out.rate / 4;
  out.is_policed = intervals_ >= kFewestIntervals && out.spread <= kMostSpread && is_bursty && 5 * queued_ <= losses_;
  return out;
}

}  // namespace wirecause::tcp
