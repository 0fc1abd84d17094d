// Whether losses are a policer's: a token bucket lets everything past at once and drops what finds no tokens, so that all
// bytes between one empty bucket and the next fit one rate, however fast they came, and nothing queues before a loss
// (Flach et al., An Internet-Wide Analysis of Traffic Policing, SIGCOMM 2016). A full queue fits one rate as well, but round
// trips grow before it drops; chance losses fit no rate.
//
// loss() is called for the first packet that was lost of a flight: in the place of its bytes, when it was found out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

struct PolicingSummary {
  std::uint32_t intervals = 0;      // between losses, long enough to have a rate
  std::uint32_t queued_before = 0;  // losses with queueing before them
  std::uint32_t losses = 0;         // flights with a loss
  std::uint64_t rate = 0;           // bits a second, the mean of the intervals; 0: none
  std::uint32_t spread = 0;         // per mille of the rate: the intervals' standard deviation
  bool is_policed = false;
};

class Policing {
 public:
  // `begin`: of the first byte that was lost; `segment`: bytes of a full one; `queued`: round trips had grown.
  void loss(TimeNs time, Offset begin, std::uint32_t segment, bool queued) noexcept;
  // When the loss was found out says nothing of when it was: silence lay between.
  void forget_last() noexcept { last_time_ = kNoTime; }
  // `fastest`: the highest rate at which any round trip delivered, in bits a second.
  PolicingSummary summary(std::uint64_t fastest) const;

 private:
  TimeNs last_time_ = kNoTime;
  Offset last_begin_ = 0;
  std::uint32_t losses_ = 0;
  std::uint32_t queued_ = 0;
  std::uint32_t intervals_ = 0;
  std::uint64_t rates_ = 0;  // kbit/s
  std::uint64_t rates_squared_ = 0;
};

}  // namespace wirecause::tcp
