// SPDX-License-Identifier: Apache-2.0
#include "diagnose/placeholders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kFile = "file";  // the only value that may hold spaces, so it stands outside quotes

constexpr std::string_view kStdin = "-";  // as a name of an input: there is no file to read again

bool is_plain(char c) {
  constexpr std::string_view kMarks = "._:/@%+,=-";
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || kMarks.find(c) != std::string_view::npos;
}

bool is_plain_word(std::string_view value) {
  return !value.empty() && value.front() != '-' && std::ranges::all_of(value, is_plain);
}

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

// Empty: no shell word can be made of it that is safe to print and to paste.
std::string quoted(std::string_view value) {
  if (is_plain_word(value)) return std::string(value);
  if (value.empty() || std::ranges::any_of(value, is_control)) return {};
  std::string out = "'";
  if (value.front() == '-') out += "./";
  for (const char c : value) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string shell_word(std::string_view name, const PlaceholderValues& values) {
  const auto found = values.find(name);
  if (found == values.end()) return {};
  if (name == kFile) return found->second == kStdin ? std::string() : quoted(found->second);
  return is_plain_word(found->second) ? found->second : std::string();
}

// {name}: lower-case letters only, so that tshark's {1, 2} and awk's {print} with a space stay what they are.
bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

// Calls put_text(part) and put_value(name) in order; stops when put_value says no.
template <class PutText, class PutValue>
void walk(std::string_view text, PutText&& put_text, PutValue&& put_value) {
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{')) {
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) break;
    const std::string_view name = text.substr(open + 1, close - open - 1);
    if (!is_name(name)) {
      put_text(text.substr(0, open + 1));
      text.remove_prefix(open + 1);
      continue;
    }
    put_text(text.substr(0, open));
    if (!put_value(name)) return;
    text.remove_prefix(close + 1);
  }
  put_text(text);
}

std::string why_missing(std::string_view name, const PlaceholderValues& values) {
  const auto found = values.find(name);
  const bool is_stdin = name == kFile && found != values.end() && found->second == kStdin;
  return is_stdin ? "the capture came from standard input" : fmt::format("{} is not known", name);
}

}  // namespace

Result<std::string> fill_command(std::string_view text, const PlaceholderValues& values) {
  std::string out;
  std::string unknown;
  walk(
      text, [&out](std::string_view part) { out += part; },
      [&](std::string_view name) {
        const std::string word = shell_word(name, values);
        if (word.empty()) unknown = name;
        out += word;
        return !word.empty();
      });
  if (!unknown.empty()) return fail(Errc::not_found, why_missing(unknown, values));
  return out;
}

std::string fill_sentence(std::string_view text, const PlaceholderValues& values) {
  std::string out;
  walk(
      text, [&out](std::string_view part) { out += part; },
      [&](std::string_view name) {
        const auto found = values.find(name);
        out += found == values.end() || found->second.empty() ? fmt::format("({} not known)", name)
                                                              : printable(found->second);
        return true;
      });
  return out;
}

}  // namespace wirecause
