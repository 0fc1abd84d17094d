// What the way of one direction adds to the evidence of its episode: queueing, rates, policing, sizes, incast.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "engine/tcp_records.hpp"
#include "tcp/summary.hpp"

namespace wirecause {

// Of the direction from `sender` (0: the client). What was not measured is not put.
void put_path(const tcp::TcpSummary& tcp, const tcp::ConnectionSummary& connection, std::size_t sender,
              TcpRecords& records);

}  // namespace wirecause
