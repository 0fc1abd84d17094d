// SPDX-License-Identifier: Apache-2.0
#include "report/text_field.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace wirecause {
namespace {

std::string labelled(std::string_view label, std::string_view text) {
  return fmt::format("  {:<{}}{}", label, kLabelColumns - 2, text);
}

std::size_t lines_in(const std::vector<Field>& fields) {
  std::size_t count = 0;
  for (const Field& f : fields) count += f.lines.size();
  return count;
}

// Of the fields for which `may` holds the one to give up first: the lowest keep, and among equals the later one.
template <class F>
Field* least_kept(std::vector<Field>& fields, F&& may) {
  Field* least = nullptr;
  for (Field& f : fields) {
    if (f.keep == Field::kAlways || f.lines.empty() || !may(f)) continue;
    if (least == nullptr || f.keep <= least->keep) least = &f;
  }
  return least;
}

void cut_to_one_line(Field& f, std::size_t width) { f.lines = {cut_to(f.lines.front() + " …", width)}; }

}  // namespace

Field field(std::string_view label, std::string_view text, int keep, std::size_t width) {
  const std::size_t columns = width > 2 * kLabelColumns ? width - kLabelColumns : kLabelColumns;
  return field_of_lines(label, wrapped(printable(text), columns), keep);
}

Field field_of_lines(std::string_view label, const Lines& lines, int keep) {
  Field f{keep, {}, true};
  for (const std::string& line : lines) f.lines.push_back(labelled(f.lines.empty() ? label : std::string_view{}, line));
  return f;
}

Lines fitted(std::vector<Field> fields, std::size_t max_lines, std::size_t width) {
  while (lines_in(fields) > max_lines) {
    Field* longest = least_kept(fields, [](const Field& f) { return f.may_cut && f.lines.size() > 1; });
    if (longest != nullptr) {
      cut_to_one_line(*longest, width);
      continue;
    }
    Field* least = least_kept(fields, [](const Field&) { return true; });
    if (least == nullptr) break;
    least->lines.clear();
  }
  Lines out;
  for (const Field& f : fields) out.insert(out.end(), f.lines.begin(), f.lines.end());
  return out;
}

}  // namespace wirecause
