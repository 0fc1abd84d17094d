// Follows every TCP connection of a run. Called by engine's front with every segment, in file order.
//
// segment() allocates nothing in steady state: only for connections that are new, and once for a direction that has
// holes. Memory is bounded by `most` connections of about 1.5 KiB; what is evicted is counted in the totals.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "tcp/connection_table.hpp"
#include "tcp/summary.hpp"
#include "tcp/trail.hpp"

namespace wirecause::tcp {

class Tracker {
 public:
  explicit Tracker(std::size_t most = ConnectionTable::kDefaultMost);
  Tracker(const Tracker&) = delete;
  Tracker& operator=(const Tracker&) = delete;

  // Keeps every packet of the connection with this number.
  void follow(std::uint64_t id) { followed_ = id; }
  Trail take_trail() { return std::move(trail_); }

  // What the segment turned out to be.
  Note segment(const Segment& segment);

  // A router on the way of `source`'s packets to `destination` said that they were too big; `mtu` 0: not for what.
  void too_big(std::uint32_t point, const Endpoint& source, const Endpoint& destination, std::uint32_t mtu);

  // At the end: connections by id.
  TcpSummary summary();

 private:
  static void add(const Connection& connection, Totals& totals);

  void amend(const Flow& flow);
  void keep(const Connection& connection, const Segment& segment, std::uint8_t from, const Note& note);

  std::uint64_t followed_ = 0;  // 0: none
  Trail trail_;
  Totals evicted_;
  ConnectionTable table_;
};

}  // namespace wirecause::tcp
