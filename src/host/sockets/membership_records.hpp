// The records that the membership iterator writes, as memberships.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include "host/sockets/memberships.hpp"

namespace wirecause {

// Adds whole records to `out`; returns how many bytes they were: what is left of a record waits for its rest.
std::size_t take_membership_records(std::span<const std::byte> bytes, SocketMulticast& out);

}  // namespace wirecause
