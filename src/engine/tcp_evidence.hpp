// From connections to evidence on the timeline: what causes judge TCP by, per observation point.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "evidence/timeline.hpp"
#include "tcp/summary.hpp"

namespace wirecause {

// Nothing where no connection was seen: "not observed", never zero (DESIGN D11).
void publish_tcp(const tcp::TcpSummary& tcp, Timeline& timeline);

}  // namespace wirecause
