// Addresses of kernel code to the names of its functions, from /proc/kallsyms: a snapshot, read once (its addresses are
// hidden from a process that has lost its capabilities, kernel.kptr_restrict).
//
// Only code is kept, sorted; a function ends where the next symbol begins. At most 2^20 symbols and 64 MiB of text: what
// lies beyond is not known, and is then not named.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace wirecause {

class KernelSymbols {
 public:
  struct Place {
    std::string_view symbol;   // valid as long as the snapshot
    std::uint64_t offset = 0;  // of the address, from the function's begin
  };

  KernelSymbols() = default;
  // `text`: lines "address type name [module]". Lines that are not, and addresses of zero, are left out.
  static KernelSymbols parse(std::string_view text);
  static Result<KernelSymbols> read(const std::string& proc);

  std::optional<Place> find(std::uint64_t address) const;
  // [begin, end) of every function of that name, also of its parts ("name.isra.0", "name.cold").
  std::vector<std::pair<std::uint64_t, std::uint64_t>> code_of(std::string_view name) const;
  bool empty() const { return symbols_.empty(); }

 private:
  struct Symbol {
    std::uint64_t address = 0;
    std::uint32_t name = 0;  // offset in names_
    std::uint32_t length = 0;
  };
  std::string_view name(const Symbol& symbol) const {
    return std::string_view(names_).substr(symbol.name, symbol.length);
  }

  std::vector<Symbol> symbols_;  // ascending by address
  std::string names_;
};

}  // namespace wirecause
