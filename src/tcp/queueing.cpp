// SPDX-License-Identifier: Apache-2.0
#include "tcp/queueing.hpp"

#include "tcp/root.hpp"

namespace wirecause::tcp {
namespace {

constexpr DurationNs kHalfWindow = seconds(150);
constexpr DurationNs kLongest = seconds(100);  // what is longer is no round trip
constexpr std::int64_t kMostUnits = 0xffff;
constexpr std::int64_t kFlightUnit = 256;  // bytes (x)
constexpr std::int64_t kUnitsOfFirst = 64;
constexpr std::uint64_t kMostSamples = std::uint64_t{1} << 20U;  // so sums of squares stay below 2^52

// n times the sum of products, less the product of the sums: the joint deviation.
Wide joint(std::uint64_t n, std::uint64_t ab, std::uint64_t a, std::uint64_t b) {
  return static_cast<Wide>(n) * ab - static_cast<Wide>(a) * b;
}

}  // namespace

DurationNs Queueing::add(TimeNs time, DurationNs round_trip, Offset flight) noexcept {
  if (round_trip.ns <= 0 || round_trip > kLongest) return {};
  if (time - window_from_ > kHalfWindow) {
    before_ = now_;
    now_ = {};
    window_from_ = time;
  }
  now_ = now_.ns == 0 ? round_trip : std::min(now_, round_trip);
  const DurationNs queueing = round_trip - base();
  most_ = std::max(most_, queueing);
  sum_ns_ += queueing.ns;
  ++samples_;
  relate(round_trip, flight);
  return queueing;
}

void Queueing::relate(DurationNs round_trip, Offset flight) noexcept {
  if (unit_ns_ == 0) unit_ns_ = std::max<std::int64_t>(1, round_trip.ns / kUnitsOfFirst);
  const auto x = static_cast<std::uint64_t>(std::clamp<std::int64_t>(flight / kFlightUnit, 0, kMostUnits));
  const auto y = static_cast<std::uint64_t>(std::min(round_trip.ns / unit_ns_, kMostUnits));
  x_ += x;
  y_ += y;
  xx_ += x * x;
  xy_ += x * y;
  yy_ += y * y;
  if (++n_ < kMostSamples) return;
  for (std::uint64_t* sum : {&n_, &x_, &y_, &xx_, &xy_, &yy_}) *sum /= 2;
}

QueueingSummary Queueing::summary() const {
  constexpr std::uint64_t kFewest = 16;  // samples that say anything about a relation
  constexpr Wide kFits = Wide{1} << 60U;
  QueueingSummary out;
  out.base = base();
  out.most = most_;
  out.samples = samples_;
  if (samples_ > 0) out.mean = {sum_ns_ / static_cast<std::int64_t>(samples_)};
  if (n_ < kFewest) return out;
  Wide flight = joint(n_, xx_, x_, x_);
  Wide trip = joint(n_, yy_, y_, y_);
  Wide both = joint(n_, xy_, x_, y_);
  while (flight > kFits || trip > kFits) {
    flight /= 4;
    trip /= 4;
    both /= 4;
  }
  const std::uint64_t deviations = root(flight * trip);
  if (deviations > 0) out.follows_flight = static_cast<std::int32_t>(both * 1'000 / static_cast<Wide>(deviations));
  return out;
}

}  // namespace wirecause::tcp
