// TCP connections as JSON: items of `tcp` and the sums beside them, of wirecause.analysis/1 (docs/json.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report/format.hpp"
#include "report/json_value.hpp"
#include "tcp/summary.hpp"

namespace wirecause {

// One item of `tcp`.
Json json_of(const tcp::ConnectionSummary& connection);

// Writes `tcp`, `tcp_omitted` and `tcp_totals`.
void put_tcp(Json& json, const tcp::TcpSummary& tcp, const ReportOptions& options);

}  // namespace wirecause
