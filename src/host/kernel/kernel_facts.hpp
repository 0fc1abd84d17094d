// What this kernel and this process are, as far as it decides what may be seen: version, BTF, who may load BPF, and as whom
// we run. Read once, for `wirecause doctor`.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/collector.hpp"

namespace wirecause {

struct KernelFacts {
  std::string release;  // "6.18.44"
  std::string machine;  // "x86_64"
  bool has_btf = false;
  std::optional<std::int64_t> unprivileged_bpf_disabled;  // 0: anybody may load BPF; nothing: no such setting
  std::optional<std::int64_t> kptr_restrict;
  std::optional<std::int64_t> perf_event_paranoid;
  std::string network_namespace;          // "net:[4026531840]"; empty: not readable
  std::uint32_t uid = 0;                  // effective
  std::vector<std::string> capabilities;  // effective, by name
};

KernelFacts kernel_facts(const HostContext& context);

// Interfaces of this network namespace that are up, but the loopback, by index.
std::vector<HostInterface> interfaces_in_use();

}  // namespace wirecause
