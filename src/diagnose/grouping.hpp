// One finding for many connections that bear the same: of their two hosts, of their server, or of the capture.
//
// A hundred connections that a slow reader holds up are one thing to mend. What several connections of two hosts show is
// the hosts'; what several pairs of hosts show of one server is the server's; what stands at more than kMostSubjects places
// is told of the observation point. A single connection stays its own subject.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "diagnose/judging.hpp"

namespace wirecause {

inline constexpr std::size_t kMostSubjects = 8;  // findings of one cause: what a reader looks through

// Changes the subject of judgements whose episode has a connection or a server.
void group_connections(std::span<const Episode> episodes, std::vector<Judged>& judged);

}  // namespace wirecause
