// The flows of the drop program's table as the rest of wirecause knows them: named, classified, numbered in order of
// appearance (the kernel's numbers have holes where two CPUs met the same flow at once).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "host/drops/drop_probe.hpp"
#include "host/drops/drop_types.hpp"
#include "host/drops/kallsyms.hpp"

struct wc_drop_flow;  // bpf/drop_record.h

namespace wirecause {

// One slot, named. `id` and `datagrams` are left to the caller.
DropFlow drop_flow_of(const wc_drop_flow& slot, const ReasonNames& reasons, const KernelSymbols& symbols);

class DropFlows {
 public:
  DropFlows(ReasonNames reasons, KernelSymbols symbols);

  // Names the slots that were filled since.
  void update(const wc_drop_flow* slots, std::uint32_t used);
  // The number of the flow in a slot; none: the slot is not filled, or beyond the table.
  std::optional<std::uint32_t> find(const wc_drop_flow* slots, std::uint32_t slot);
  // Counts, and cookies that sockets have got since.
  void refresh(const wc_drop_flow* slots);

  const std::vector<DropFlow>& all() const { return flows_; }
  const ReasonNames& reasons() const { return reasons_; }
  // The first slot that this never looked at.
  std::uint32_t slots_seen() const { return first_open_; }

 private:
  bool define(const wc_drop_flow* slots, std::uint32_t slot);

  ReasonNames reasons_;
  KernelSymbols symbols_;
  std::vector<DropFlow> flows_;
  std::vector<std::uint32_t> slots_;    // of flows_
  std::vector<std::uint32_t> numbers_;  // of slots, or kOpen, kVoid
  std::uint32_t first_open_ = 0;        // below it every slot is named or void
};

}  // namespace wirecause
