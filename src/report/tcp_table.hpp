// TCP connections for people: one line each, those that matter first.
//
//   connections                           state        sent / got    rtt  resent  lost time
//     3  10.1.1.7:51022 → 10.2.0.9:5001  closed  12.1 MiB / 400 B  95 us       4  402 of 412 ms receiver's window
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "report/text_field.hpp"
#include "tcp/summary.hpp"

namespace wirecause {

// At most `max_lines`; what does not fit is counted in the last one.
Lines connection_table(const tcp::TcpSummary& tcp, std::size_t max_lines, std::size_t width);

}  // namespace wirecause
