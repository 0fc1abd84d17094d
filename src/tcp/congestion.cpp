// SPDX-License-Identifier: Apache-2.0
#include "tcp/congestion.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace wirecause::tcp {
namespace {

constexpr Offset kFewestSegments = 8;  // of a flight: a half and seven tenths of less are too near each other
constexpr std::uint8_t kSlowRounds = 3;
// Twentieths of the flight: below Reno's half something else happened, too; between it and CUBIC's seven tenths; above.
constexpr std::uint32_t kHalf = 7;
constexpr std::uint32_t kSevenTenths = 12;
constexpr std::uint32_t kAll = 17;

}  // namespace

std::string_view text(Algorithm algorithm) {
  constexpr std::array<std::string_view, 5> kNames{"unknown", "reno", "cubic", "bbr", "dctcp_like"};
  return kNames[static_cast<std::size_t>(algorithm)];
}

void Congestion::reduced(Offset next, Offset flight, bool is_mark, bool by_timer) noexcept {
  if (phase_ == Phase::reducing) {
    by_timer_ = by_timer_ || by_timer;
    if (by_timer) until_ = next;
    return;
  }
  settle_growth();
  before_ = std::max(flight, phase_ == Phase::measuring ? 0 : last_flight_);
  until_ = next;
  by_timer_ = by_timer;
  ++epochs_;
  marks_ += is_mark ? 1U : 0U;
  phase_ = Phase::reducing;
  last_flight_ = 0;
}

void Congestion::round(const Round& round, std::uint32_t segment) noexcept {
  if (phase_ == Phase::reducing) return;
  const bool is_limited = round.is_idle || round.is_window_full;
  if (is_limited || round.is_disturbed) {
    settle_growth();
    grown_from_ = 0;
    if (phase_ == Phase::measuring) phase_ = Phase::growing;
    // What was under way before a disturbance is what a loss is measured by, which the sender may not have heard of yet.
    if (is_limited) last_flight_ = 0;
    is_torn_ = true;
    return;
  }
  segment_ = segment;
  ++rounds_;
  if (phase_ == Phase::measuring) {
    vote(round.flight, segment);
    phase_ = Phase::growing;
    grown_from_ = last_flight_ = round.flight;
    last_delivered_ = round.delivered;
    rounds_since_ = 0;
    is_torn_ = false;
    return;
  }
  compare(round, segment);
}

void Congestion::vote(Offset after, std::uint32_t segment) noexcept {
  if (by_timer_ || before_ < kFewestSegments * segment) return;
  const auto bin = static_cast<std::size_t>(std::clamp<Offset>(after * kBins / before_, 0, kBins));
  if (kept_[bin] < std::numeric_limits<std::uint16_t>::max()) ++kept_[bin];
}

void Congestion::compare(const Round& round, std::uint32_t segment) noexcept {
  const Offset flight = round.flight;
  is_estimated_ = round.is_estimated;
  const Offset last_delivered = std::exchange(last_delivered_, round.delivered);
  const Offset last = std::exchange(last_flight_, flight);
  const bool was_torn = std::exchange(is_torn_, false);
  if (phase_ == Phase::growing && grown_from_ == 0) {
    grown_from_ = flight;
    rounds_since_ = 0;
  }
  if (last == 0 || was_torn) return;
  const Offset least = std::max<Offset>(last / 8, 2 * Offset{segment});
  // An estimate may be too large by what went in a tick: more than arrived in that round.
  const bool is_sure = !round.is_estimated || last <= last_delivered + last_delivered / 4 + Offset{segment};
  if (last - flight > least && is_sure) ++shrunk_;
  if (phase_ == Phase::starting) {
    slow_rounds_ = static_cast<std::uint8_t>(flight - last <= last / 8 ? slow_rounds_ + 1 : 0);
    if (slow_rounds_ < kSlowRounds) return;
    slow_rounds_ = 0;
    phase_ = Phase::growing;
    grown_from_ = flight;
    rounds_since_ = 0;
    return;
  }
  ++rounds_since_;
}

void Congestion::settle_growth() noexcept {
  constexpr std::uint32_t kFewest = 3;
  if (phase_ != Phase::growing || grown_from_ == 0 || rounds_since_ < kFewest || last_flight_ <= grown_from_) return;
  grown_ += static_cast<std::uint64_t>(last_flight_ - grown_from_) * 1'000 / segment_;
  grown_rounds_ += rounds_since_;
  grown_from_ = 0;
}

std::uint32_t Congestion::votes(std::uint32_t from, std::uint32_t to) const {
  std::uint32_t sum = 0;
  for (std::uint32_t bin = from; bin < to; ++bin) sum += kept_[bin];
  return sum;
}

std::uint32_t Congestion::kept_in_the_middle() const {
  const std::uint32_t all = votes(0, kBins + 1);
  std::uint32_t below = 0;
  for (std::uint32_t bin = 0; bin <= kBins && all > 0; ++bin) {
    below += kept_[bin];
    if (2 * below >= all) return bin == kBins ? 1'000 : bin * 1'000 / kBins + 500 / kBins;
  }
  return 0;
}

// Points for one algorithm against the others: a loss that left what it leaves is one, as are two of whatever else it alone
// does.
Congestion::Points Congestion::points(std::uint32_t growth) const {
  constexpr std::uint32_t kEnoughRounds = 10;
  constexpr std::uint32_t kOneSegment = 850;  // per mille; CUBIC has half of one where it follows Reno, else any
  constexpr std::uint32_t kMoreThanOne = 1'150;
  Points points;
  points.reno = votes(kHalf, kSevenTenths);
  points.cubic = votes(kSevenTenths, kAll);
  points.bbr = votes(kAll, kBins + 1) + (is_estimated_ ? 1 : 2) * shrunk_;
  if (growth > 0 && grown_rounds_ >= kEnoughRounds) {
    const bool is_one = growth >= kOneSegment && growth <= kMoreThanOne;
    (is_one ? points.reno : points.cubic) += 2;
  }
  return points;
}

// BBR probes in one round of eight, or less often where round trips are short. An application that has now more and now less
// to send swings in every second one; a single round that shrank is one that was captured oddly.
bool Congestion::swings() const {
  constexpr std::uint32_t kFewest = 5;
  const std::uint32_t one_of = is_estimated_ ? 20 : 50;
  return shrunk_ >= kFewest && one_of * shrunk_ >= rounds_ && 5 * shrunk_ <= rounds_;
}

// Who reduces upon losses alone does not shrink between them, nor leap: neither Reno nor CUBIC, whatever losses leave. BBR does where
// a short queue or a policer drops in every second round.
bool Congestion::is_neither(std::uint32_t growth) const {
  constexpr std::uint32_t kChance = 1;
  constexpr std::uint32_t kLeap = 2'000;  // per mille of a segment each round trip
  return shrunk_ > kChance && growth > kLeap;
}

CongestionSummary Congestion::summary() const {
  constexpr std::uint32_t kFewestPoints = 3;
  constexpr std::uint32_t kFewestMarks = 5;
  Congestion settled = *this;
  settled.settle_growth();
  CongestionSummary out;
  out.epochs = epochs_;
  out.marks = marks_;
  out.rounds = rounds_;
  out.kept = kept_in_the_middle();
  out.shrunk = shrunk_;
  if (settled.grown_rounds_ > 0) out.growth = static_cast<std::uint32_t>(settled.grown_ / settled.grown_rounds_);
  const Points points = settled.points(out.growth);
  const std::uint32_t most = std::max({points.reno, points.cubic, points.bbr});
  const std::uint32_t all = points.reno + points.cubic + points.bbr;
  const bool is_swing = swings();
  const bool keeps = points.bbr == most && epochs_ > 0;
  if (!is_swing && (most < kFewestPoints || 10 * most < 6 * all)) return out;
  if (is_swing || keeps) {
    out.algorithm = marks_ >= kFewestMarks && 2 * marks_ >= epochs_ ? Algorithm::dctcp_like : Algorithm::bbr;
  } else if (points.bbr != most && !is_neither(out.growth)) {
    out.algorithm = points.reno == most ? Algorithm::reno : Algorithm::cubic;
  }
  const std::uint32_t its_own = is_swing ? points.bbr : most;
  if (out.algorithm != Algorithm::unknown) out.confidence = its_own * 1'000 / (all + 1);
  return out;
}

}  // namespace wirecause::tcp
