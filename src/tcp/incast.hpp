// Incast: many senders answer one receiver at once, the buffer in front of it overflows, and the retransmission timers of many
// stall together. Found at the end of a run in the stalls of all connections; one path that loses has no such crowd.
//
// Its core are timers that stall from the same round trip on. What else on the way to that receiver was lost in the same burst,
// one loss over the other, met the same buffer.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/address.hpp"
#include "base/time.hpp"

namespace wirecause::tcp {

struct ConnectionSummary;

struct Incast {
  static constexpr std::size_t kFewest = 4;  // connections of the core; fewer meet by chance

  std::uint32_t point = 0;
  IpAddress receiver;
  TimeNs from = kNoTime;                   // the first stall begins
  TimeNs to = kNoTime;                     // the last one ends
  DurationNs stalled{0};                   // all of them, added
  std::size_t together = 0;                // connections whose timers stalled from the same round trip on
  std::vector<std::uint64_t> connections;  // all that lost in the burst, by id
};

// In order of time. A stall that was not among the longest of its connection is not seen.
std::vector<Incast> incasts_of(const std::vector<ConnectionSummary>& connections);

}  // namespace wirecause::tcp
