// SPDX-License-Identifier: Apache-2.0
#include "report/text_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

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
    if (f.lines.empty() || !may(f)) continue;
    if (least == nullptr || f.keep <= least->keep) least = &f;
  }
  return least;
}

void cut(Field& f) { f.lines = std::exchange(f.shorter, {}); }

}  // namespace

Field field(std::string_view label, std::string_view text, int keep, std::size_t width) {
  const std::size_t columns = width > 2 * kLabelColumns ? width - kLabelColumns : kLabelColumns;
  Field f = field_of_lines(label, wrapped(printable(text), columns), keep);
  if (f.lines.size() > 1) f.shorter = {cut_to(f.lines.front() + " …", width)};
  return f;
}

Field field_of_lines(std::string_view label, const Lines& lines, int keep) {
  Field f{keep, {}};
  for (const std::string& line : lines) f.lines.push_back(labelled(f.lines.empty() ? label : std::string_view{}, line));
  return f;
}

Lines fitted(std::vector<Field> fields, std::size_t max_lines) {
  const auto is_cuttable = [](const Field& f) { return f.keep < Field::kAlways && !f.shorter.empty(); };
  while (lines_in(fields) > max_lines) {
    if (Field* longest = least_kept(fields, is_cuttable)) {
      cut(*longest);
    } else if (Field* least = least_kept(fields, [](const Field& f) { return f.keep < Field::kAlways; })) {
      least->lines.clear();
    } else if (Field* last = least_kept(fields, [](const Field& f) { return !f.shorter.empty(); })) {
      cut(*last);
    } else {
      break;
    }
  }
  Lines out;
  for (const Field& f : fields) out.insert(out.end(), f.lines.begin(), f.lines.end());
  return out;
}

}  // namespace wirecause
