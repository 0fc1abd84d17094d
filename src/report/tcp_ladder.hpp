// One connection for people: what it was, where its time went, and every packet with its reason, as a ladder.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "report/text_field.hpp"
#include "tcp/summary.hpp"
#include "tcp/trail.hpp"

namespace wirecause {

Lines connection_ladder(const tcp::ConnectionSummary& connection, const tcp::Trail& trail, std::size_t width);

}  // namespace wirecause
