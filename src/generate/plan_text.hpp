// Plans as people type them: times, counts, patterns and faults. docs/send.md has the grammar.
//
// Everything here answers Errc::usage with what was typed and what is expected.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "generate/feed_plan.hpp"

namespace wirecause::generate {

Result<std::uint64_t> parse_whole(std::string_view text);  // "120"
Result<DurationNs> parse_span(std::string_view text);      // "250ns", "5us", "1.5ms", "2s"; zero without a unit
Result<TimeNs> parse_start(std::string_view text);         // "2026-01-05T14:30:00Z", or seconds since the epoch
Result<Pattern> parse_pattern(std::string_view text);      // "random=0.01", "seq=5-9+12"
Result<std::uint32_t> parse_lines(std::string_view text);  // "A,B", or "2"

// "A:random=0.01", "2.A:every=50,by=3", "*:packets=5-9": a line (of one feed), a pattern, and how it is hit.
Result<Fault> parse_fault(Fault::Kind kind, std::string_view text);
// "random=0.001": the same packets on all lines.
Result<Fault> parse_common_loss(std::string_view text);
// "A:5", "A:5,revealed": the last packets of a line; sets `is_revealed` where a heartbeat is to follow.
Result<Fault> parse_tail_loss(std::string_view text, bool& is_revealed);
// "5000,for=20ms", "5000,for=20ms,queued".
Result<Pause> parse_pause(std::string_view text, Pause::Kind kind);

}  // namespace wirecause::generate
