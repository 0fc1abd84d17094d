// One connection with every packet of it as JSON: schema wirecause.connection/1 (docs/json.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "tcp/summary.hpp"
#include "tcp/trail.hpp"

namespace wirecause {

// A whole document; one line for each packet. `version`: of wirecause.
std::string connection_json(const tcp::ConnectionSummary& connection, const tcp::Trail& trail,
                            std::string_view version);

}  // namespace wirecause
