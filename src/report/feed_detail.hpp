// Everything known of one feed, for --details: volume, bursts, inter-arrival times, latency, leads, and its gaps with
// times, frame numbers and a display filter. Used by detail_text.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report/analysis.hpp"
#include "report/format.hpp"
#include "report/text_field.hpp"

namespace wirecause {

Lines feed_detail(const Analysis& analysis, const FeedSummary& feed, const ReportOptions& options);

}  // namespace wirecause
