// Least privilege: rings, maps and netlink sockets are opened first, then capabilities are dropped; parsing runs with none.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace wirecause {

// Effective capabilities of this process by name ("cap_net_raw"), in the order of the kernel's numbers.
std::vector<std::string> effective_capabilities();
bool has_capability(std::string_view name);

// Drops every capability from the effective, permitted and inheritable sets of all threads started so far and later
// (call it before threads are started), sets no_new_privs, except those in `keep`. Which must be kept and why is the
// caller's to say.
Result<void> drop_capabilities(const std::vector<std::string>& keep);

}  // namespace wirecause
