// Plain text in columns: word wrap and aligned tables, for help screens and lists. UTF-8 text counts one column a code
// point (our texts hold no wide or combining characters).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wirecause {

std::size_t columns(std::string_view utf8);

// Paragraphs (separated by an empty line) wrapped at `width`, every line indented; a line that begins with a space is
// kept as it is (examples, tables). Ends with a newline unless empty.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

using Row = std::vector<std::string>;

// Cells padded to the widest of their column, two spaces between, no blanks at the end of a line. `first` cells wider
// than `widest` do not push the other rows apart: their rest starts on a line of its own.
std::string aligned(const std::vector<Row>& rows, std::size_t indent, std::size_t widest = 60);

// One line, whatever the text holds: control characters and line breaks (a file may be named anything) become '?'.
std::string one_line(std::string_view text);

}  // namespace wirecause
