// Where on the way through this host a packet was dropped (DESIGN D10), from the reason that the kernel gave and, where it
// gave none (NOT_SPECIFIED, or a kernel before 5.17), from the function that freed it. Pure; called once a flow.
//
// Names, never numbers: these move between kernels. What is in neither table is `ip`: behind the tap, before a socket.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "evidence/path.hpp"

namespace wirecause {

// `symbol`: function that freed it, with or without the compiler's suffix (".isra.0"); empty: not known.
Checkpoint checkpoint_of(std::string_view reason, std::string_view symbol);

// Reasons that are no drop: the packet did its work, or nobody is left to read it.
std::span<const std::string_view> reasons_of_normal_frees();

// Functions that free what is left unread in a socket or queue that is taken down, without saying so (NOT_SPECIFIED).
std::span<const std::string_view> teardown_functions();

}  // namespace wirecause
