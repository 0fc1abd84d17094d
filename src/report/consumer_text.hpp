// A consumer in words: who it is, and whether its sum meets. Used by the tables, the details and the limits.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "evidence/consumer.hpp"

namespace wirecause {

// "feedhandler[2435] fd 12", "this tool's socket", "feedhandler[2435] Onload", "unknown process, socket 4711".
std::string consumer_name(const ConsumerSummary& consumer);

// What is not known is "?", never 0.
std::string figure_text(const std::optional<std::uint64_t>& figure);

// Units that ended on this host, at all places.
std::uint64_t dropped_units(const ConsumerSummary& consumer);

// False: units are unexplained, or the socket's own counter and the drops that were seen there differ. What was not
// measured contradicts nothing.
bool sum_meets(const ConsumerSummary& consumer);

}  // namespace wirecause
