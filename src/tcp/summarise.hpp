// From connections to their summaries.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tcp/connection.hpp"
#include "tcp/summary.hpp"

namespace wirecause::tcp {

ConnectionSummary summary_of(const Connection& connection);

// When all connections are there: puts them in order, and finds what many of them show together.
void complete(TcpSummary& summary);

}  // namespace wirecause::tcp
