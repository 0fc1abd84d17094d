// Sums of the connections between two hosts: what a report says where one connection is not the whole story.
//
// A pair is the client's address and the server's; hosts that call each other are two pairs. Only connections that are
// still remembered count: what the table gave up is in the totals alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "tcp/summary.hpp"

namespace wirecause::tcp {

struct HostPair {
  IpAddress client;
  IpAddress server;
  std::uint64_t connections = 0;
  std::uint64_t established = 0;
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
  std::uint64_t packets = 0;
  std::array<std::uint64_t, 2> bytes{};  // from the clients, from the servers
  std::uint64_t retransmissions = 0;
  std::uint64_t reordered = 0;
  std::uint64_t resets = 0;
  std::optional<DurationNs> base_round_trip;  // the least
  DurationNs life{0};                         // of the connections, added
  std::array<DurationNs, kWaits> time{};      // by Wait, of both directions, added

  DurationNs stalled() const;
};

// Those that lost most time first, then those with most errors, then in order of appearance.
std::vector<HostPair> host_pairs(const TcpSummary& tcp);

}  // namespace wirecause::tcp
