// What one direction with many packets shows of the way that they take, and of how its sender shares it: queueing, the rate
// that the way gives, policing, congestion control. Kept only of directions that carried many packets with data: 700 bytes.
//
// Who calls it: Connection::segment(), behind everything else.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "tcp/congestion.hpp"
#include "tcp/heard.hpp"
#include "tcp/path_summary.hpp"
#include "tcp/policing.hpp"
#include "tcp/queueing.hpp"
#include "tcp/rounds.hpp"

namespace wirecause::tcp {

struct Path {
  static constexpr std::uint64_t kFewest = 64;  // packets with data; less is no flow that fills anything

  Policing policing;
  std::uint64_t fastest_round = 0;  // bits a second that the receiver acknowledged in one round trip, the most
  DurationNs last_queueing{0};      // the most of the last round
  Queueing queueing;
  Congestion congestion;
  // These, what is last of Congestion and first of Heard, every packet with data asks for.
  Rounds rounds;
  Offset flight = 0;  // as its sender knew it at the last packet
  Offset largest_flight = 0;
  Offset clean_at = 0;      // where the sender hears later: nothing is missing to it that has heard of all below
  DurationNs echo_trip{0};  // acknowledgement to the packet that echoes it; 0: none
  Heard heard;
};

struct Flow;
PathSummary path_summary_of(const Flow& flow);

}  // namespace wirecause::tcp
