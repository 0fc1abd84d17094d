// SPDX-License-Identifier: Apache-2.0
#include "host/readers/process_text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace wirecause {
namespace {

std::optional<std::string> read_up_to(int descriptor, std::size_t limit) {
  std::string text(limit, '\0');
  std::size_t length = 0;
  while (length < limit) {
    const ssize_t n = ::pread(descriptor, text.data() + length, limit - length, static_cast<off_t>(length));
    if (n < 0) return std::nullopt;
    if (n == 0) break;
    length += static_cast<std::size_t>(n);
  }
  text.resize(length);
  return text;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The next word of `text`, which is moved behind it.
std::string_view next_word(std::string_view& text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \n"), text.size());
  text.remove_prefix(begin);
  const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

// -1: none.
std::int32_t small_number(std::string_view text) {
  const auto number = number_in(text);
  return number && *number <= INT32_MAX ? static_cast<std::int32_t>(*number) : -1;
}

}  // namespace

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string file_text(const std::string& path, std::size_t limit) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return {};
  std::optional<std::string> text = read_up_to(descriptor, limit);
  ::close(descriptor);
  return text ? std::move(*text) : std::string();
}

// One call: the files of a thread are written by the kernel in one piece (single_open()).
std::optional<std::string> text_of(int descriptor) {
  std::array<char, 4'096> text;
  const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
  if (length < 0) return std::nullopt;
  return std::string(text.data(), static_cast<std::size_t>(length));
}

std::string first_line(const std::string& path) {
  std::string text = file_text(path);
  text.resize(std::min(text.find('\n'), text.size()));
  return text;
}

std::string_view value_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.starts_with(key) || line.size() == key.size()) continue;
    const char separator = line[key.size()];
    if (separator == ':' || separator == ' ') return trimmed(line.substr(key.size() + 1));
  }
  return {};
}

ProcStat parse_proc_stat(std::string_view text) {
  ProcStat stat;
  const std::size_t bracket = text.rfind(')');
  if (bracket == std::string_view::npos) return stat;
  text.remove_prefix(bracket + 1);
  std::array<std::string_view, 39> fields;  // of proc(5)'s numbers 3 to 41
  for (std::string_view& field : fields) field = next_word(text);
  if (fields[0].size() == 1) stat.state = fields[0][0];
  stat.major_faults = number_in(fields[12 - 3]).value_or(0);
  stat.start_ticks = number_in(fields[22 - 3]).value_or(0);
  stat.cpu = small_number(fields[39 - 3]);
  stat.policy = small_number(fields[41 - 3]);
  return stat;
}

}  // namespace wirecause
