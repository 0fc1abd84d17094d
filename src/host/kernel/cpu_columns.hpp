// The head line of /proc/softirqs and /proc/interrupts: "  CPU0  CPU1  CPU3", which column is which CPU.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/kernel/kernel_text.hpp"

namespace wirecause {

class CpuColumns {
 public:
  static constexpr std::size_t kMaxCpus = 8192;  // CONFIG_NR_CPUS of the largest kernels

  // Reads it anew only when it has changed: a CPU went offline or came back. A line that does not begin with a CPU has
  // no columns.
  void read(std::string_view line) {
    if (line == line_) return;
    line_ = line;
    cpus_.clear();
    while (cpus_.size() < kMaxCpus) {
      const std::string_view word = take_word(line);
      const auto cpu = word.starts_with("CPU") ? number_of(word.substr(3)) : std::nullopt;
      if (!cpu || *cpu > UINT32_MAX) return;
      cpus_.push_back(static_cast<std::uint32_t>(*cpu));
    }
  }

  std::span<const std::uint32_t> cpus() const { return cpus_; }

 private:
  std::string line_;
  std::vector<std::uint32_t> cpus_;
};

}  // namespace wirecause
