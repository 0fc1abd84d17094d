// From a connection to its summary.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tcp/connection.hpp"
#include "tcp/summary.hpp"

namespace wirecause::tcp {

ConnectionSummary summary_of(const Connection& connection);

}  // namespace wirecause::tcp
