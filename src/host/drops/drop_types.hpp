// What the running kernel's types say of drops: the names of the reasons, which move from release to release, and how many
// arguments a tracepoint has. Nothing of this is known when the program is built.
//
// Reasons: enum skb_drop_reason of the core, and every enum *_drop_reason of a subsystem (upper 16 bits of the value, as
// include/net/dropreason.h lays them out), built in or in a module that is loaded.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "host/kernel/kernel_types.hpp"

namespace wirecause {

class ReasonNames {
 public:
  // The first name of a value counts.
  void add(std::uint32_t value, std::string name);
  std::string name(std::uint32_t value) const;  // "SKB_DROP_REASON_NO_SOCKET"; "reason 200" where nothing names it
  std::optional<std::uint32_t> value(std::string_view name) const;
  bool empty() const { return names_.empty(); }

 private:
  std::vector<std::pair<std::uint32_t, std::string>> names_;  // ascending
};

struct KernelDropTypes {
  ReasonNames reasons;  // empty before 5.17
  // Without the leading context pointer of every tracepoint; 0: this kernel has no such tracepoint.
  unsigned kfree_skb_arguments = 0;
  unsigned udp_failure_arguments = 0;  // udp_fail_queue_rcv_skb
};

// Error: no type information, or a kernel without the tracepoint kfree_skb.
Result<KernelDropTypes> read_kernel_drop_types(const std::string& folder = KernelTypes::kFolder);

}  // namespace wirecause
