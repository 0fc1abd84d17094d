// The place of one direction in the graph of a connection: which times and sequence numbers it spans, where they are drawn,
// and its axes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "tcp/trail.hpp"

namespace wirecause {

inline constexpr std::int64_t kPlotWidth = 1'200;
inline constexpr std::int64_t kPanelHeight = 480;
inline constexpr std::int64_t kPlotLeft = 130;  // of the axis; room for "byte 4 294 967 296"

// From the first packet of the connection to its last; from the lowest byte of the direction to the highest, and up to as
// much again where the receiver's window ends there.
struct PlotSpan {
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
  tcp::Offset lowest = 0;
  tcp::Offset highest = 1;
  std::uint64_t bytes = 0;  // between the lowest and the highest byte
};

PlotSpan plot_span(const tcp::Trail& trail, bool from_client);

// Up to where the peer may send; an edge beyond all numbers is one.
tcp::Offset window_edge(const tcp::Step& step);

class PlotPanel {
 public:
  PlotPanel(const PlotSpan& span, std::int64_t top) : span_(span), top_(top) {}

  std::int64_t x(TimeNs time) const;
  // An offset outside stands at the nearer end.
  std::int64_t y(tcp::Offset offset) const;
  bool holds(tcp::Offset offset) const { return offset <= span_.highest; }
  std::int64_t ceiling() const;
  std::int64_t floor() const;

  // Lines, and at their ends the values with their units.
  std::string axes() const;

 private:
  PlotSpan span_;
  std::int64_t top_;
};

}  // namespace wirecause
