// One packet of a connection as a row of its ladder:
//
//       250 ms #9        ← 1:101 ack 75 win 65536   sent again: timer, lost before this point
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tcp/trail.hpp"

namespace wirecause {

// `first`: of the connection. Numbers are counted from the first of each direction.
std::string ladder_row(const tcp::Step& step, TimeNs first);

}  // namespace wirecause
