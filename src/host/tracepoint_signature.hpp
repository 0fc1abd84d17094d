// What arguments a tracepoint of the running kernel has, from its BTF: they change between releases, and a program that
// reads one that is not there is refused.
// SPDX-License-Identifier: Apache-2.0
#pragma once

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

 private:
  explicit KernelTypes(btf* types) : types_(types) {}
  struct Free {
    void operator()(btf* types) const;
  };
  std::unique_ptr<btf, Free> types_;
};

}  // namespace wirecause
