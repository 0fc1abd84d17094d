// SPDX-License-Identifier: Apache-2.0
#include "host/kernel/kernel_text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/descriptor.hpp"
#include "base/errno.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kBlock = 65'536;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

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

Result<std::string> read_text(const std::string& path, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return system_failure(path, errno);
  std::string text;
  while (text.size() < limit) {
    const std::size_t filled = text.size();
    text.resize(filled + std::min(kBlock, limit - filled));
    const ssize_t got = ::read(file.get(), text.data() + filled, text.size() - filled);
    if (got < 0 && errno != EINTR) return system_failure(path, errno);
    text.resize(filled + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) break;
  }
  return text;
}

std::string text_or_nothing(const std::string& path, std::size_t limit) {
  auto text = read_text(path, limit);
  return text ? std::move(*text) : std::string();
}

std::string first_line(const std::string& path) {
  std::string text = text_or_nothing(path);
  text.resize(std::min(text.find('\n'), text.size()));
  return text;
}

std::optional<std::string> text_of(int descriptor) {
  std::array<char, 4'096> text;
  const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
  if (length < 0) return std::nullopt;
  return std::string(text.data(), static_cast<std::size_t>(length));
}

}  // namespace wirecause
