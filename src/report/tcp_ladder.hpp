// One connection for people: what it was, where its time went, and its packets with their reasons, as a ladder; between them
// the longest waits:
//
//       2.98 ms #10       → 150:224 ack 538 win 64512
//     — 52.1 ms client waited: write pattern (Nagle) —
//       55.1 ms #12       → 224:299 ack 538 win 64512
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "report/text_field.hpp"
#include "tcp/summary.hpp"
#include "tcp/trail.hpp"

namespace wirecause {

// Of a long connection the packets around what happened, or all of them.
Lines connection_ladder(const tcp::ConnectionSummary& connection, const tcp::Trail& trail, std::size_t width,
                        bool shows_all);

}  // namespace wirecause
