// Rows of a name and figures in columns: names to the left, figures to the right, a last remark as it is.
//
//   consumers                          expected     read  queued  dropped  before  unexplained
//     feedhandler[2435] fd 12  line A    57 674   56 470       0    1 204       0            0
//
// A column without a text in any row takes no room. Used by feed_table and consumer_table.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/text_field.hpp"

namespace wirecause {

using TableRow = std::vector<std::string>;  // name, figures, remark; all rows of one table have as many cells

// That the whole table would take.
std::size_t columns_of(const std::vector<TableRow>& rows);

// The name gives way to the figures and the remark, down to a readable rest; what is still wider than `width` is cut.
Lines table_lines(const std::vector<TableRow>& rows, std::size_t width);

}  // namespace wirecause
