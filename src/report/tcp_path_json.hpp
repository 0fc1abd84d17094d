// The way of one direction of a connection as JSON: `tcp[].path.from_*` (docs/json.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report/json_value.hpp"
#include "tcp/summary.hpp"

namespace wirecause {

// `receiver`: the other direction, whose sender announces this one's window.
Json path_json(const tcp::DirectionSummary& of, const tcp::DirectionSummary& receiver);

}  // namespace wirecause
