// The table of consumers: one row a reader of a line, with its sum (DESIGN D2). "?" is what nobody measured, never 0.
//
//   consumers                          expected     read  queued  dropped  before  unexplained
//     feedhandler[2435] fd 12  line A    57 674   56 470       0    1 204       0            0
//     recorder[811] Onload     line A    57 674        ?       ?        ?       0            ?  unseen
//
// `before` is what was missing already when the line reached this host's tap. Used by formats/text.cpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "evidence/consumer.hpp"
#include "report/text_field.hpp"

namespace wirecause {

// Heading and rows, at most `max_lines` in all: those that lack most come first when not all fit, else their own order
// stands. Empty without consumers.
Lines consumer_table(const std::vector<ConsumerSummary>& consumers, std::size_t max_lines, std::size_t width);

}  // namespace wirecause
