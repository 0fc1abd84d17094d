// A labelled field of the text report, and how a block of fields is made to fit a number of lines.
//
//   lost    1 204 of 8 000 113 messages (0.015 %) in 3 holes …
//   why     up to 657 datagrams …
//
// Labels stand in the first ten columns, the text is wrapped beside them. Used by finding_text and run_text.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wirecause {

using Lines = std::vector<std::string>;

inline void append(Lines& lines, const Lines& more) { lines.insert(lines.end(), more.begin(), more.end()); }

inline constexpr std::size_t kLabelColumns = 10;

// Fields with a higher `keep` are cut and dropped later. One of kAlways is never dropped, and cut when nothing else is left
// to give up.
struct Field {
  static constexpr int kAlways = 100;

  int keep = kAlways;
  Lines lines;
  Lines shorter = {};  // what it may be cut to; empty: it may not be cut
};

// "  label   text", wrapped to `width` columns; it may be cut to its first line and "…". Empty text makes a field without
// lines.
Field field(std::string_view label, std::string_view text, int keep, std::size_t width);

// "  label   first", then the others below it, each as it is; not to be cut.
Field field_of_lines(std::string_view label, const Lines& lines, int keep);

// All lines of the fields, at most `max_lines` of them if `keep` allows: longer fields are cut first, then fields are
// left out, those with the lowest `keep` before others.
Lines fitted(std::vector<Field> fields, std::size_t max_lines);

}  // namespace wirecause
