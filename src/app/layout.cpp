// SPDX-License-Identifier: Apache-2.0
#include "app/layout.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kBetweenColumns = "  ";

void append_paragraph(std::string& out, std::string_view paragraph, std::size_t indent, std::size_t width) {
  for (const std::string& line : wrapped(paragraph, width - std::min(indent, width))) {
    out.append(indent, ' ').append(line) += '\n';
  }
}

std::vector<std::size_t> column_widths(const std::vector<Row>& rows, std::size_t widest) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::size_t width = columns_of(row[i]);
      if (i > 0 || width <= widest) widths[i] = std::max(widths[i], width);
    }
  }
  return widths;
}

void append_cell(std::string& line, const std::string& cell, std::size_t width) {
  line += cell;
  line.append(width - std::min(width, columns_of(cell)), ' ');
  line += kBetweenColumns;
}

void end_line(std::string& out, std::string& line) {
  line.erase(line.find_last_not_of(' ') + 1);
  out += line;
  out += '\n';
}

}  // namespace

std::string paragraphs(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::string paragraph;
  const auto flush = [&] {
    if (!paragraph.empty()) append_paragraph(out, paragraph, indent, width);
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
      const bool too_wide = i == 0 && row.size() > 1 && columns_of(row[i]) > widths[i];
      if (!too_wide) continue;
      end_line(out, line);
      line.assign(indent + widths[i] + kBetweenColumns.size(), ' ');
    }
    end_line(out, line);
  }
  return out;
}

}  // namespace wirecause
