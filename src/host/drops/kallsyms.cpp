// SPDX-License-Identifier: Apache-2.0
#include "host/drops/kallsyms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "host/kernel/kernel_text.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kMaxText = 64U << 20U;
constexpr std::size_t kMaxSymbols = 1U << 20U;

struct Line {
  std::uint64_t address = 0;
  char type = 0;
  std::string_view name;
};

std::optional<Line> parse_line(std::string_view line) {
  Line out;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), out.address, 16);
  if (error != std::errc{}) return std::nullopt;
  std::string_view rest = line.substr(static_cast<std::size_t>(end - line.data()));
  if (rest.size() < 4 || rest[0] != ' ' || rest[2] != ' ') return std::nullopt;
  out.type = rest[1];
  rest.remove_prefix(3);
  out.name = rest.substr(0, rest.find_first_of(" \t"));
  return out;
}

bool is_code(char type) { return type == 't' || type == 'T' || type == 'w' || type == 'W'; }

}  // namespace

KernelSymbols KernelSymbols::parse(std::string_view text) {
  KernelSymbols out;
  while (!text.empty() && out.symbols_.size() < kMaxSymbols) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const auto line = parse_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line || line->address == 0 || !is_code(line->type) || line->name.empty()) continue;
    out.symbols_.push_back(
        {line->address, static_cast<std::uint32_t>(out.names_.size()), static_cast<std::uint32_t>(line->name.size())});
    out.names_ += line->name;
  }
  // Several names of one address: the first in the file, which is the function's own, counts.
  std::ranges::stable_sort(out.symbols_, {}, &Symbol::address);
  out.symbols_.shrink_to_fit();
  out.names_.shrink_to_fit();
  return out;
}

Result<KernelSymbols> KernelSymbols::read(const std::string& proc) {
  const std::string path = proc + "/kallsyms";
  WC_TRY_ASSIGN(const std::string text, read_text(path, kMaxText));
  KernelSymbols out = parse(text);
  if (out.empty()) {
    return fail(Errc::permission,
                fmt::format("{}: no address of kernel code can be read (kernel.kptr_restrict)", path));
  }
  return out;
}

std::optional<KernelSymbols::Place> KernelSymbols::find(std::uint64_t address) const {
  const auto after = std::ranges::upper_bound(symbols_, address, {}, &Symbol::address);
  if (after == symbols_.begin()) return std::nullopt;
  const std::uint64_t begin = std::prev(after)->address;
  const auto first = std::ranges::lower_bound(symbols_, begin, {}, &Symbol::address);
  return Place{name(*first), address - begin};
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> KernelSymbols::code_of(std::string_view wanted) const {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> out;
  for (const Symbol& symbol : symbols_) {
    const std::string_view known = name(symbol);
    if (known.substr(0, known.find('.')) != wanted) continue;
    const auto next = std::ranges::upper_bound(symbols_, symbol.address, {}, &Symbol::address);
    if (next != symbols_.end()) out.emplace_back(symbol.address, next->address);
  }
  return out;
}

}  // namespace wirecause
