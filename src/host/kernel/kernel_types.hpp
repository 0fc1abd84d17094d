// What the running kernel's own type information (BTF) says that differs between releases: the arguments of a tracepoint - a
// program that reads one that is not there is refused - and the values of enumerators.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct btf;

namespace wirecause {

class KernelTypes {
 public:
  static constexpr const char* kFolder = "/sys/kernel/btf";

  // Reads vmlinux of this folder: some 20 ms. Error: unsupported; it names the file.
  static Result<KernelTypes> load(const std::string& folder = kFolder);
  // What a loaded module adds to `kernel`, which must outlive it. Error: the module is not loaded, or its types are not
  // readable.
  static Result<KernelTypes> load_module(const KernelTypes& kernel, const std::string& module);

  // One letter an argument: 'p' a pointer, 'v' a value; nothing: this kernel has no such tracepoint. "vppv" is
  // sched_switch(bool, task *, task *, unsigned) of 5.19. The context pointer that leads every tracepoint is not in it.
  std::optional<std::string> tracepoint_arguments(std::string_view name) const;

  struct Enumerator {
    std::string_view enumeration;  // empty: it has no name
    std::string_view name;
    std::int32_t value = 0;
  };
  // Of all enumerations of 32 bits.
  void for_each_enumerator(const std::function<void(const Enumerator&)>& call) const;
  // Nothing: no enumeration has it, or its value is negative.
  std::optional<std::uint32_t> enumerator(std::string_view name) const;

 private:
  KernelTypes(btf* types, std::string folder, std::uint32_t first)
      : types_(types), folder_(std::move(folder)), first_(first) {}
  std::string_view name_at(std::uint32_t offset) const;
  struct Free {
    void operator()(btf* types) const;
  };
  std::unique_ptr<btf, Free> types_;
  std::string folder_;
  std::uint32_t first_;  // id of the first type that is its own
};

}  // namespace wirecause
