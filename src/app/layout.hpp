// Help screens and lists as plain text: indented paragraphs and aligned columns, over base/text.hpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wirecause {

// Paragraphs (separated by an empty line) wrapped at `width`, every line indented; a line that begins with a space is
// kept as it is (examples, tables). Ends with a newline unless empty.
std::string paragraphs(std::string_view text, std::size_t indent, std::size_t width);

using Row = std::vector<std::string>;

// Cells padded to the widest of their column, two spaces between, no blanks at the end of a line. A first cell wider
// than `widest` does not push the other rows apart: what follows it starts on the next line.
std::string aligned(const std::vector<Row>& rows, std::size_t indent, std::size_t widest = 60);

}  // namespace wirecause
