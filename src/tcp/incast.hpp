// Incast: many senders answer one receiver at once, the buffer in front of it overflows, and the retransmission timers of many
// stall together. Found at the end of a run in the stalls of all connections; one path that loses has no such crowd.
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
  static constexpr std::size_t kFewest = 4;  // connections; fewer meet by chance

  std::uint32_t point = 0;
  IpAddress receiver;
  TimeNs from = kNoTime;  // the first stall begins
  TimeNs to = kNoTime;    // the last one ends
  DurationNs stalled{0};  // all of them, added
  std::vector<std::uint64_t> connections;  // by id
};

// In order of time. A stall that was not among the longest of its connection is not seen.
std::vector<Incast> incasts_of(const std::vector<ConnectionSummary>& connections);

}  // namespace wirecause::tcp
