// The kernel's text files, /proc and /sys: reading a small one, and its lines, words, values and numbers without copies.
//
// Each may be cut, empty or gone because its process ended meanwhile. A number that is not one, or does not fit, is nothing:
// a counter that cannot be read is unknown, never 0 and never cut. What is read again and again: proc_file.hpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

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

inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

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

// All of `word` is one number without a sign that fits a T; nothing else.
template <class T = std::int64_t>
std::optional<T> number_of(std::string_view word, int base = 10) {
  std::uint64_t value = 0;
  const char* end = word.data() + word.size();
  const auto parsed = std::from_chars(word.data(), end, value, base);
  if (parsed.ec != std::errc{} || parsed.ptr != end || !std::in_range<T>(value)) return std::nullopt;
  return static_cast<T>(value);
}

// Of "Key:\tvalue\n" lines (/proc/PID/status) or "key value\n" lines (cpu.stat): the value, without blanks around it.
std::string_view value_of(std::string_view text, std::string_view key);

// At most `limit` bytes. Errors: not_found, permission, io; they name the path.
Result<std::string> read_text(const std::string& path, std::size_t limit);
// The same where what cannot be read is as good as empty.
std::string text_or_nothing(const std::string& path, std::size_t limit = 4'096);
std::string first_line(const std::string& path);
// Of a file that the kernel writes in one piece (single_open()) and that is kept open; nothing: not open, or its process is
// gone (ESRCH).
std::optional<std::string> text_of(int descriptor);

}  // namespace wirecause
