// What is known of the connections of a run, by the places that ConnectionTable gives them.
//
// One writer: engine's back that owns the connection, or Tracker. apply() allocates nothing in steady state: only for
// connections that are new, and once for a direction that has holes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "tcp/connection.hpp"
#include "tcp/connection_table.hpp"
#include "tcp/summary.hpp"
#include "tcp/trail.hpp"

namespace wirecause::tcp {

// A segment, and which connection it is of; or what was said of that connection.
struct Arrival {
  Found found;
  Segment segment;                       // its payload is not there any more
  std::optional<std::uint32_t> too_big;  // no segment: a router says that those of this direction are; the MTU, 0: not said
};

class Connections {
 public:
  // Keeps every packet of the connection with this number.
  void follow(std::uint64_t id) { followed_ = id; }
  Trail take_trail() { return std::move(trail_); }

  // What the segment turned out to be.
  Note apply(const Arrival& arrival);
  // All of them, in order.
  void apply(std::span<const Arrival> arrivals);

  // At the end: adds the connections that are here, in any order, and to the totals those that were evicted, too.
  void add_to(TcpSummary& summary) const;

 private:
  static void add(const Connection& connection, Totals& totals);

  Connection& begin(const Arrival& arrival);
  void amend(const Flow& flow);
  void keep(const Connection& connection, const Segment& segment, std::uint8_t from, const Note& note);

  std::uint64_t followed_ = 0;  // 0: none
  Trail trail_;
  Totals evicted_;
  std::vector<std::unique_ptr<Connection>> connections_;  // by place; none where the place is another back's
};

}  // namespace wirecause::tcp
