// Namespaces: which network namespace this is, going into another before anything is opened, and whose numbers pids are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace wirecause {

// Inode of the network namespace of this thread: what the kernel calls ns.inum; 0: not readable.
std::uint32_t own_netns();

// Whether /proc numbers processes as the kernel itself does (PROC_PID_INIT_INO, include/linux/proc_ns.h); in a container it
// does not, and what a program in the kernel calls a thread is another here.
bool is_initial_pid_namespace();

// Enters a namespace by name (as `ip netns` keeps them) or by path. Needs CAP_SYS_ADMIN. Errors: not_found, permission.
Result<void> enter_netns(const std::string& name_or_path);

// The name under which `ip netns` knows the namespace with this inode; "netns 4026532008" where it knows none.
std::string netns_name(std::uint32_t inode);

}  // namespace wirecause
