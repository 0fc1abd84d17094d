// The time-sequence graph of one connection as SVG, as tcptrace draws it: for each direction that carried data, time to the
// right and sequence numbers upward; segments as bars, acknowledgements and the receiver's window as two stairs, what was
// sent again in red, what came late in violet, selective acknowledgements beside them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tcp/summary.hpp"
#include "tcp/trail.hpp"

namespace wirecause {

// A whole file. Coordinates are integers: the same trail gives the same bytes.
std::string connection_svg(const tcp::ConnectionSummary& connection, const tcp::Trail& trail);

}  // namespace wirecause
