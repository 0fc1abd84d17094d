// What only a live run has, for wirecause.analysis/1: `consumers[]`, `path[]` and `live`.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "evidence/consumer.hpp"
#include "evidence/path.hpp"
#include "evidence/run_summary.hpp"
#include "report/json_value.hpp"

namespace wirecause {

Json json_of(const ConsumerSummary& consumer);
Json json_of(const PathPoint& point);
Json json_of(const LiveSummary& live);

}  // namespace wirecause
