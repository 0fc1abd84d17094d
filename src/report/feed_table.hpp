// The table of feeds and their lines: one row a feed with its arbitrated sums, one row a line beneath it.
//
//   feeds and lines          expected  delivered   lost  recovered  late  dup  first by (p50)
//     ITCH  moldudp64       8 000 113  8 000 089     24      1 180
//       A  239.1.1.1:26477  8 000 113  7 998 909  1 204                0    0  61.2 %, 8.3 us
//
// A feed of one line is one row. Used by formats/text.cpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "feed/summary.hpp"
#include "report/text_field.hpp"

namespace wirecause {

// Heading and rows, at most `max_lines` in all; feeds that lost most come first when not all fit, else their own order
// stands. Empty without feeds.
Lines feed_table(const std::vector<FeedSummary>& feeds, std::size_t max_lines, std::size_t width);

}  // namespace wirecause
