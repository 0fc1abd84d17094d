// Text on a terminal: safe to print, cut and wrapped by columns (declared in text.hpp).
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <fmt/format.h>

#include <utility>

namespace wirecause {
namespace {

constexpr bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Length of the valid UTF-8 sequence at the front (Unicode 15, table 3-7), 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto continues = [&](std::size_t i) { return i < text.size() && is_continuation(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return continues(1) ? 2 : 0;
  if (first < 0xF0) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first > 0xF4) return 0;
  const bool overlong = first == 0xF0 && byte(1) < 0x90;
  const bool beyond = first == 0xF4 && byte(1) >= 0x90;
  return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
}

// C0, DEL, and C1 (U+0080 to U+009F, two bytes from 0xC2): some terminals obey all of them.
bool is_control(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return first < 0x20 || first == 0x7F;
  return sequence.size() == 2 && first == 0xC2 && static_cast<unsigned char>(sequence[1]) < 0xA0;
}

void append_escaped(std::string& out, std::string_view bytes) {
  for (const char c : bytes) out += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const std::string_view piece = text.substr(0, length == 0 ? 1 : length);
    if (length == 0 || is_control(piece)) {
      append_escaped(out, piece);
    } else {
      out += piece;
    }
    text.remove_prefix(piece.size());
  }
  return out;
}

std::size_t columns_of(std::string_view utf8) {
  std::size_t columns = 0;
  for (const char c : utf8) columns += is_continuation(c) ? 0U : 1U;
  return columns;
}

std::string cut_to(std::string_view utf8, std::size_t columns) {
  if (columns_of(utf8) <= columns) return std::string(utf8);
  if (columns == 0) return {};
  std::size_t kept = 0;
  std::size_t end = 0;
  while (kept + 1 < columns) {
    ++end;
    while (end < utf8.size() && is_continuation(utf8[end])) ++end;
    ++kept;
  }
  return std::string(utf8.substr(0, end)) + "…";
}

std::vector<std::string> wrapped(std::string_view utf8, std::size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  while (!utf8.empty()) {
    const std::size_t space = utf8.find(' ');
    const std::string_view word = utf8.substr(0, space);
    utf8.remove_prefix(space == std::string_view::npos ? utf8.size() : space + 1);
    const bool fits = line.empty() || columns_of(line) + 1 + columns_of(word) <= columns;
    if (!fits) lines.push_back(std::exchange(line, std::string()));
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

}  // namespace wirecause
