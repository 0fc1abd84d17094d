// What is known of the connections of a run, by the places that ConnectionTable gives them.
//
// One writer: engine's back that owns the connection, or Tracker. apply() allocates nothing in steady state: only for
// connections that are new, and for what one of them has for the first time (connection.hpp says what).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/pool.hpp"
#include "tcp/connection.hpp"
#include "tcp/connection_table.hpp"
#include "tcp/summary.hpp"
#include "tcp/trail.hpp"

namespace wirecause::tcp {

// What the first segment of a direction brings beside itself.
struct Beginning {
  std::uint64_t id = 0;  // of the connection
  Origin origin;
};

// A segment, and which connection it is of (Found); or what was said of that connection. Two cache lines: thousands of them
// wait at a time.
struct alignas(64) Arrival {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  std::uint32_t place = 0;
  std::uint8_t from = 0;
  bool begins = false;
  bool is_too_big = false;          // no segment: a router says that those of this direction are
  std::uint32_t beginning = kNone;  // index, where it is the first segment of its direction
  Segment segment;  // its payload is not there any more; is_too_big: its length is the MTU, or 0: not said
};
static_assert(sizeof(Arrival) == 128);

struct Arrivals {
  std::span<const Arrival> segments;
  std::span<const Beginning> beginnings;
};

class Connections {
 public:
  // Keeps every packet of the connection with this number.
  void follow(std::uint64_t id) { followed_ = id; }
  Trail take_trail() { return std::move(trail_); }

  // All of them, those of each connection in order.
  void apply(const Arrivals& arrivals);
  // One, and what it turned out to be.
  Note apply(const Found& found, const LoneSegment& segment);
  void too_big(const Found& found, std::uint32_t mtu);

  // At the end: adds the connections that are here, in any order, and to the totals those that were evicted, too.
  void add_to(TcpSummary& summary) const;

 private:
  static void add(const Connection& connection, Totals& totals);

  Note apply(const Arrival& arrival, const Beginning* beginning);
  Connection& begin(const Arrival& arrival, const Beginning& beginning);
  Connection* at(const Arrival& arrival) const;
  static void fetch(const void* from, const void* to);
  static void fetch(const Connection* connection);
  static void fetch_more(const Connection* connection);
  void amend(const Flow& flow);
  void keep(const Connection& connection, const Segment& segment, std::uint8_t from, const Note& note);

  std::uint64_t followed_ = 0;  // 0: none
  Trail trail_;
  Totals evicted_;
  Pool<Connection> pool_;
  std::vector<Connection*> connections_;  // by place, in the pool; none where the place is another back's
  // Of one call: first segments of connections, for each segment the next one of its connection, by place the last one.
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> next_;
  std::vector<std::uint32_t> last_;
};

}  // namespace wirecause::tcp
