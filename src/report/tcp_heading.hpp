// What stands above the ladder of a connection: who, when, both ends' states, its way, and where the time of each direction
// went.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "report/text_field.hpp"
#include "tcp/summary.hpp"

namespace wirecause {

Lines connection_heading(const tcp::ConnectionSummary& connection, std::size_t width);

}  // namespace wirecause
