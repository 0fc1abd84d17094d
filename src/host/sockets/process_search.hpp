// What only who may trace a process can read of it (ptrace_may_access(), fs/proc/base.c): its descriptors, its mappings, what
// a thread waits in. Asked here, or of a helper process that alone keeps the capabilities for it, so that what parses packets
// has none.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "host/readers/threads.hpp"
#include "host/sockets/bypass.hpp"
#include "host/sockets/owners.hpp"

namespace wirecause {

class ProcessSearch {
 public:
  virtual ~ProcessSearch() = default;
  // Each walks /proc once.
  virtual OwnerSearch owners(const std::set<std::uint64_t>& inodes) = 0;
  virtual BypassFound bypass() = 0;
  virtual ThreadWait wait(std::int32_t pid, std::int32_t thread) = 0;
  // Why it can answer no more, and all answers are empty; empty: it can.
  virtual std::string_view failure() const { return {}; }
};

// The capabilities that it takes for processes of other users: descriptors and mappings are theirs alone to read.
inline constexpr std::string_view kProcessSearchCapabilities[] = {"cap_sys_ptrace", "cap_dac_read_search"};

std::unique_ptr<ProcessSearch> search_here(std::string proc);

// Starts the helper: a copy of this process that closes everything but its end of a socket pair and keeps, of
// kProcessSearchCapabilities, those that are there. It ends with this process, however that ends. Call it before threads are
// started. Errors: no process or no socket to be had.
Result<std::unique_ptr<ProcessSearch>> start_search_helper(std::string proc);

}  // namespace wirecause
