// Names of the system calls in which readers wait; others are shown as their number.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace wirecause {

std::string system_call_name(std::uint64_t number);  // "recvmsg", "300"

}  // namespace wirecause
