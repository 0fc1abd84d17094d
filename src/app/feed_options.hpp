// The options that say what the feeds are and how much is told of them: the same for captures (analyze) and live (watch).
// Their rows of a command's table, and what they mean.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "app/command.hpp"
#include "base/result.hpp"
#include "diagnose/cause.hpp"
#include "engine/options.hpp"

namespace wirecause {

inline constexpr std::string_view kSeverityChoices[] = {"info", "warning", "critical", "never"};

inline constexpr Option kFramingOption{
    .name = "--framing",
    .value = "ID[:DESC][@GROUP:PORT]",
    .brief = "take streams for this protocol (wirecause list protocols)",
    .help =
        "Without it streams are recognised by their marks: a checksum, a magic, or three packets whose numbers agree. "
        "With GROUP:PORT it speaks of that destination only. generic describes a feed of your own: "
        "generic:seq=0/u32be,count=4/u16be,time=8/u64be:ns - offset, width and byte order of the sequence number, the "
        "number of messages and the send time; generic:seq=0/u32be is the plain one that counts packets.",
    .repeatable = true};

inline constexpr Option kPairOption{
    .name = "--pair",
    .value = "GROUP:PORT=GROUP:PORT",
    .brief = "two lines of one feed",
    .help =
        "Lines are paired by themselves when 32 units with the same number have the same bytes; this says it beforehand.",
    .repeatable = true};

inline constexpr Option kRecoveryOption{
    .name = "--recovery", .value = "GROUP:PORT", .brief = "lost units are sent again here", .repeatable = true};

inline constexpr Option kFailOnOption{.name = "--fail-on",
                                      .value = "SEVERITY",
                                      .brief = "exit with 1 for findings from this on (warning)",
                                      .choices = kSeverityChoices};

// Fills framings, pairs, recovery and of `feed` the clock error and the length of lists. Errors: usage, naming the
// option.
Result<void> read_feed_options(const Arguments& arguments, AnalysisOptions& options);

// --fail-on: warning where it was not given; none: never.
std::optional<Severity> severity_to_fail_on(const Arguments& arguments);

// "239.1.1.1:26477" or "[ff15::1]:26477".
Result<Endpoint> endpoint_from(std::string_view text);

}  // namespace wirecause
