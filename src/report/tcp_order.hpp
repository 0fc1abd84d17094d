// Which connections matter first: the same order for people and programs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tcp/summary.hpp"

namespace wirecause {

// Those in trouble first: most trouble, then most packets, then by id.
std::vector<const tcp::ConnectionSummary*> by_importance(const tcp::TcpSummary& tcp);

}  // namespace wirecause
