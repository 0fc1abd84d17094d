// What only a live run has, for --details: each consumer with its drops by place, the way of each feed through this host
// by checkpoint, and the evidence that was missing with what is claimed less. Used by detail_text.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report/analysis.hpp"
#include "report/text_field.hpp"

namespace wirecause {

Lines consumer_detail(const std::vector<ConsumerSummary>& consumers, std::size_t width);
Lines path_detail(const std::vector<PathPoint>& path, std::size_t width);
Lines observation_detail(const LiveSummary& live, std::size_t width);

}  // namespace wirecause
