// From connections to evidence and symptoms: what causes judge TCP by.
//
// Per observation point: what the capture itself shows of connections. Per server: how connections to it came about
// (tcp_setup). Per direction of a connection: the time it lost, and how the connection broke (tcp_trouble). The timeline is
// bounded: at most kMostTroubles directions are judged, those that lost most; the others are counted.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "evidence/episode.hpp"
#include "evidence/timeline.hpp"
#include "tcp/summary.hpp"

namespace wirecause {

inline constexpr std::size_t kMostTroubles = 1'000;  // of some 45 records each: two thirds of the timeline

struct TcpSymptoms {
  std::vector<Episode> episodes;
  std::uint64_t left_out = 0;  // directions in trouble that are not among them
};

// `last`: of the run. Nothing where no connection was seen: "not observed", never zero (DESIGN D11).
TcpSymptoms publish_tcp(const tcp::TcpSummary& tcp, TimeNs last, Timeline& timeline);

}  // namespace wirecause
