// Every piece of evidence that a live run can have, whether it can be had here and by this process, what it takes, and how
// to get it: the data of `wirecause doctor`.
//
// Asking opens what a run would open, and closes it; nothing is changed and nothing stays behind.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/availability.hpp"
#include "host/collector.hpp"

namespace wirecause {

struct EvidenceAccess {
  std::string id;          // "drops", "collector softnet"
  std::string_view tells;  // one line: what it tells
  std::string_view needs;  // "CAP_BPF and CAP_PERFMON", "none"
  Availability availability;
};

// In the order in which a packet meets them: the tap, the kernel's drops, sockets, readers, then the collectors by id.
std::vector<EvidenceAccess> evidence_access(const HostContext& context);

}  // namespace wirecause
