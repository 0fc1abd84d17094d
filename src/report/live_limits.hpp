// What a live run itself lost or could not look at, as counts: the live half of advice.hpp, which words them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "report/advice.hpp"
#include "report/analysis.hpp"

namespace wirecause {

std::uint64_t tap_dropped(const LiveSummary& live);         // packets, by all taps
std::uint64_t own_socket_dropped(const LiveSummary& live);  // datagrams, by the sockets of --join

// Of a limit that only live runs have; 0 for every other one, and for every run over captures.
LimitSeen live_limit(Limit limit, const Analysis& analysis);

}  // namespace wirecause
