// What the running kernel's BTF says that differs between releases: the arguments of a tracepoint - a program that reads one
// that is not there is refused - and the value of an enumerator whose enumeration has no name.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct btf;

namespace wirecause {

class KernelTypes {
 public:
  // Reads /sys/kernel/btf/vmlinux: some 20 ms.
  static Result<KernelTypes> load();

  // One letter an argument: 'p' a pointer, 'v' a value; nothing: this kernel has no such tracepoint. "vppv" is
  // sched_switch(bool, task *, task *, unsigned) of 5.19.
  std::optional<std::string> tracepoint_arguments(std::string_view name) const;
  // Nothing: no enumeration has it, or its value does not fit.
  std::optional<std::uint32_t> enumerator(std::string_view name) const;

 private:
  explicit KernelTypes(btf* types) : types_(types) {}
  struct Free {
    void operator()(btf* types) const;
  };
  std::unique_ptr<btf, Free> types_;
};

}  // namespace wirecause
