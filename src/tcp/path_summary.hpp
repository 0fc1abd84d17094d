// What is known at the end of a run of the way that one direction took, and of how its sender shared it. Plain data.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "tcp/congestion.hpp"
#include "tcp/policing.hpp"
#include "tcp/queueing.hpp"

namespace wirecause::tcp {

struct PathSummary {
  // Of a direction with many packets of data (Path::kFewest); else was_watched is false and these say nothing.
  bool was_watched = false;
  QueueingSummary queueing;
  PolicingSummary policing;
  CongestionSummary congestion;
  std::uint64_t fastest_rate = 0;           // bits a second that the receiver acknowledged in one round trip, the most
  bool is_bottleneck_rate = false;          // it is what the way gives: more was sent, and queued or was dropped
  std::uint64_t bandwidth_delay_bytes = 0;  // of that rate and the shortest round trip: the window that it needs
  std::uint64_t largest_flight = 0;         // bytes under way, as the sender knew it

  // Of every direction
  std::uint8_t ttl = 0;             // the last that stayed
  std::uint8_t ttl_before = 0;      // its last step; 0: it never changed
  std::uint32_t ttl_steps = 0;      // changes that stayed: another way
  std::uint32_t odd_ttls = 0;       // packets with another one
  std::uint32_t size_passed = 0;    // largest payload of one packet that was acknowledged
  std::uint32_t size_stuck = 0;     // larger ones, sent again and never acknowledged; 0: none
  std::uint32_t stuck_resends = 0;  // how often
  std::uint32_t told_mtu = 0;       // by a router on the way (ICMP); 0: nobody did
  bool is_stuck_answered = false;   // the receiver was heard after the stuck size had been sent again
};

}  // namespace wirecause::tcp
