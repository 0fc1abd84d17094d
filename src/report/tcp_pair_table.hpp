// Sums of the hosts that have more than one connection with each other, for people:
//
//   hosts                  connections        sent / got    rtt  resent  lost time
//     10.1.1.7 → 10.2.0.9           12  48.1 MiB / 400 B  95 us       9  1.20 s
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "report/text_field.hpp"
#include "tcp/summary.hpp"

namespace wirecause {

// At most `max_lines`; what does not fit is counted in the last one. Nothing where every pair has one connection.
Lines host_pair_table(const tcp::TcpSummary& tcp, std::size_t max_lines, std::size_t width);

}  // namespace wirecause
