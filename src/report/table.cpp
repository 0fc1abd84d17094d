// SPDX-License-Identifier: Apache-2.0
#include "report/table.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace wirecause {
namespace {

using Widths = std::vector<std::size_t>;

Widths widths_of(const std::vector<TableRow>& rows) {
  Widths widths(rows.front().size());
  for (const TableRow& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], columns_of(row[i]));
  }
  return widths;
}

std::string padding(std::size_t wanted, const std::string& cell) {
  return std::string(wanted - std::min(wanted, columns_of(cell)), ' ');
}

std::string printed(const TableRow& row, const Widths& widths, std::size_t width) {
  const std::string name = cut_to(row[0], widths[0]);
  std::string line = name + padding(widths[0], name);
  for (std::size_t i = 1; i + 1 < row.size(); ++i) {
    if (widths[i] > 0) line += "  " + padding(widths[i], row[i]) + row[i];
  }
  if (!row.back().empty()) line += "  " + row.back();
  line.erase(line.find_last_not_of(' ') + 1);
  return cut_to(line, width);
}

// Of all columns but that of the names.
std::size_t beside_names(const Widths& widths) {
  std::size_t columns = 0;
  for (std::size_t i = 1; i < widths.size(); ++i) columns += widths[i] == 0 ? 0 : 2 + widths[i];
  return columns;
}

void make_fit(Widths& widths, std::size_t width) {
  constexpr std::size_t kShortestName = 16;
  const std::size_t beside = beside_names(widths);
  const std::size_t left = width > beside ? width - beside : 0;
  widths[0] = std::min(widths[0], std::max(left, kShortestName));
}

}  // namespace

std::size_t columns_of(const std::vector<TableRow>& rows) {
  if (rows.empty()) return 0;
  const Widths widths = widths_of(rows);
  return widths[0] + beside_names(widths);
}

Lines table_lines(const std::vector<TableRow>& rows, std::size_t width) {
  if (rows.empty()) return {};
  Widths widths = widths_of(rows);
  make_fit(widths, width);
  Lines lines;
  for (const TableRow& row : rows) lines.push_back(printed(row, widths, width));
  return lines;
}

}  // namespace wirecause
