// Which congestion control a sender uses, as its flight shows it: what is left of the flight behind a loss, how it grows
// between losses, and whether it shrinks without one.
//
//   Reno    a loss leaves one half; then one segment more every round trip (RFC 5681)
//   CUBIC   a loss leaves seven tenths (RFC 9438); growth by real time, or half a segment a round trip where that is more
//   BBR     losses leave the flight as it was; it swings and drains without any (draft-ietf-ccwg-bbr: probing for bandwidth)
//   DCTCP   marks instead of losses, and each takes little (RFC 8257)
//
// Rounds and losses come in the order of time (rounds.hpp). Integers only; a direction's state is 120 bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tcp/rounds.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

enum class Algorithm : std::uint8_t { unknown, reno, cubic, bbr, dctcp_like };
std::string_view text(Algorithm algorithm);  // "cubic"

struct CongestionSummary {
  Algorithm algorithm = Algorithm::unknown;
  std::uint32_t confidence = 0;  // per mille
  std::uint32_t epochs = 0;      // losses or marks that the sender answered
  std::uint32_t marks = 0;       // of these, answers to marks
  std::uint32_t rounds = 0;      // round trips that were looked at: no loss, no lack of data, no full window
  std::uint32_t kept = 0;        // per mille of the flight that a loss left, the middle of all; 0: none was measured
  std::uint32_t growth = 0;      // per mille of a segment each round trip between losses; 0: none
  std::uint32_t shrunk = 0;      // rounds with a smaller flight than the one before, without a loss
};

class Congestion {
 public:
  // Something went out again, or (`is_mark`) the window was reduced for a mark. `next`: behind the highest byte sent;
  // `flight`: the most in the round that it ended.
  void reduced(Offset next, Offset flight, bool is_mark, bool by_timer) noexcept;
  bool is_reducing() const { return phase_ == Phase::reducing; }
  Offset until() const { return until_; }  // what must be acknowledged before it is over
  void end_reduction() noexcept {
    phase_ = by_timer_ ? Phase::starting : Phase::measuring;
    slow_rounds_ = 0;
  }
  void round(const Round& round, std::uint32_t segment) noexcept;

  CongestionSummary summary() const;

 private:
  enum class Phase : std::uint8_t { starting, growing, reducing, measuring };
  static constexpr std::uint32_t kBins = 20;  // of what was kept: twentieths of what there was; the last: all of it

  struct Points {
    std::uint32_t reno = 0;
    std::uint32_t cubic = 0;
    std::uint32_t bbr = 0;  // and whatever else does not answer losses by a half or seven tenths
  };

  Points points(std::uint32_t growth) const;
  bool swings() const;
  bool is_neither(std::uint32_t growth) const;
  void vote(Offset after, std::uint32_t segment) noexcept;
  void compare(const Round& round, std::uint32_t segment) noexcept;
  void settle_growth() noexcept;
  std::uint32_t votes(std::uint32_t from, std::uint32_t to) const;
  std::uint32_t kept_in_the_middle() const;

  std::array<std::uint16_t, kBins + 1> kept_{};
  Offset before_ = 0;       // the last loss
  Offset last_flight_ = 0;  // of the last round, where nothing disturbed it
  Offset last_delivered_ = 0;
  Offset grown_from_ = 0;    // flight behind the last loss, or where the fast start ended
  std::uint64_t grown_ = 0;  // thousandths of a segment, in grown_rounds_
  std::uint32_t grown_rounds_ = 0;
  std::uint32_t rounds_since_ = 0;
  std::uint32_t segment_ = 1;
  std::uint32_t epochs_ = 0;
  std::uint32_t marks_ = 0;
  std::uint32_t rounds_ = 0;
  std::uint32_t shrunk_ = 0;
  bool by_timer_ = false;
  bool is_estimated_ = false;     // Round::is_estimated, of the last one
  bool is_torn_ = false;          // the round before this one was disturbed or limited: nothing to compare with
  std::uint8_t slow_rounds_ = 0;  // in a row, of a start: the flight grew by little
  Offset until_ = 0;
  Phase phase_ = Phase::starting;
};

}  // namespace wirecause::tcp
