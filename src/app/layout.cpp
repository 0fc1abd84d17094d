// SPDX-License-Identifier: Apache-2.0
#include "app/layout.hpp"

#include <algorithm>

namespace wirecause {
namespace {

constexpr std::string_view kBetweenColumns = "  ";

void append_wrapped_line(std::string& out, std::string_view line, std::size_t indent, std::size_t width) {
  const std::string margin(indent, ' ');
  std::size_t used = 0;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    if (word.empty()) continue;
    const std::size_t length = columns(word);
    const bool fits = used > 0 && used + 1 + length <= width;
    if (!fits && used > 0) out += '\n';
    out += fits ? " " : margin;
    used = (fits ? used + 1 : indent) + length;
    out += word;
  }
  out += '\n';
}

std::vector<std::size_t> column_widths(const std::vector<Row>& rows, std::size_t widest) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::size_t width = columns(row[i]);
      if (i > 0 || width <= widest) widths[i] = std::max(widths[i], width);
    }
  }
  return widths;
}

void append_cell(std::string& line, const std::string& cell, std::size_t width) {
  line += cell;
  line.append(width - std::min(width, columns(cell)), ' ');
  line += kBetweenColumns;
}

void end_line(std::string& out, std::string& line) {
  line.erase(line.find_last_not_of(' ') + 1);
  out += line;
  out += '\n';
}

}  // namespace

std::size_t columns(std::string_view utf8) {
  const auto starts_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::ranges::count_if(utf8, starts_character));
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::string paragraph;
  const auto flush = [&] {
    if (!paragraph.empty()) append_wrapped_line(out, paragraph, indent, width);
    paragraph.clear();
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.front() != ' ') {
      paragraph.append(paragraph.empty() ? "" : " ").append(line);
      continue;
    }
    flush();
    if (!line.empty()) out.append(indent, ' ').append(line);
    out += '\n';
  }
  flush();
  return out;
}

std::string aligned(const std::vector<Row>& rows, std::size_t indent, std::size_t widest) {
  const std::vector<std::size_t> widths = column_widths(rows, widest);
  std::string out;
  for (const Row& row : rows) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < row.size(); ++i) {
      append_cell(line, row[i], widths[i]);
      const bool too_wide = i == 0 && row.size() > 1 && columns(row[i]) > widths[i];
      if (!too_wide) continue;
      end_line(out, line);
      line.assign(indent + widths[i] + kBetweenColumns.size(), ' ');
    }
    end_line(out, line);
  }
  return out;
}

std::string one_line(std::string_view text) {
  std::string out(text);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  std::ranges::replace_if(out, is_control, '?');
  return out;
}

}  // namespace wirecause
