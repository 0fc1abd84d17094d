// Every TCP connection of a run, for whoever has one thread and all segments at hand: tests and fuzzing. engine's front and
// backs share the same work between them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "tcp/connection_table.hpp"
#include "tcp/connections.hpp"
#include "tcp/summarise.hpp"

namespace wirecause::tcp {

class Tracker {
 public:
  explicit Tracker(std::size_t most = ConnectionTable::kDefaultMost) : table_(most) {}

  void follow(std::uint64_t id) { connections_.follow(id); }
  Trail take_trail() { return connections_.take_trail(); }

  // What the segment turned out to be.
  Note segment(const LoneSegment& segment) { return connections_.apply(table_.find_or_begin(segment), segment); }

  // A router on the way of `source`'s packets to `destination` said that they were too big; `mtu` 0: not for what.
  void too_big(std::uint32_t point, const Endpoint& source, const Endpoint& destination, std::uint32_t mtu) {
    const auto found = table_.find(point, source, destination);
    if (found) connections_.too_big(*found, mtu);
  }

  // At the end.
  TcpSummary summary() const {
    TcpSummary summary;
    connections_.add_to(summary);
    complete(summary);
    return summary;
  }

 private:
  ConnectionTable table_;
  Connections connections_;
};

}  // namespace wirecause::tcp
