// Which packets of a long connection its ladder shows where it must fit a screen: those around what happened.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "tcp/summary.hpp"
#include "tcp/trail.hpp"

namespace wirecause {

inline constexpr std::size_t kLadderRows = 60;

// Index of the packet that ended the stall, the trail's size where it is not there.
std::size_t end_of(const tcp::Stall& stall, const tcp::Trail& trail);

// One value a packet; all are true where they fit kLadderRows. Else, as long as there is room: the beginning and the end,
// the packets before and behind each stall, resends and resets, other signs of trouble, each in order of time; then what
// stands beside these.
std::vector<bool> rows_to_show(const tcp::ConnectionSummary& connection, const tcp::Trail& trail);

}  // namespace wirecause
