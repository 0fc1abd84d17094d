// Words and numbers of the kernel's text files, without copies: what every collector of /proc parses with.
//
// A number that is not one, or does not fit 63 bits, is nothing: a counter that cannot be read is unknown, never 0 and
// never cut.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wirecause {

// Takes the first line off `text`, without its newline. Nothing: no whole line is left; what has no newline was cut, and
// its last number with it.
inline std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// Takes the first word off `line`; empty: there is none.
inline std::string_view take_word(std::string_view& line) {
  std::size_t begin = 0;
  while (begin < line.size() && is_blank(line[begin])) ++begin;
  std::size_t end = begin;
  while (end < line.size() && !is_blank(line[end])) ++end;
  const std::string_view word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

inline std::optional<std::int64_t> number_of(std::string_view word, int base = 10) {
  std::uint64_t value = 0;
  const char* end = word.data() + word.size();
  const auto parsed = std::from_chars(word.data(), end, value, base);
  if (parsed.ec != std::errc{} || parsed.ptr != end || value > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

}  // namespace wirecause
