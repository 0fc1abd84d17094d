// Network namespaces: which one this is, and going into another before anything is opened.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace wirecause {

// Inode of the network namespace of this thread: what the kernel calls ns.inum; 0: not readable.
std::uint32_t own_netns();

// Enters a namespace by name (as `ip netns` keeps them) or by path. Needs CAP_SYS_ADMIN. Errors: not_found, permission.
Result<void> enter_netns(const std::string& name_or_path);

// The name under which `ip netns` knows the namespace with this inode; "netns 4026532008" where it knows none.
std::string netns_name(std::uint32_t inode);

}  // namespace wirecause
