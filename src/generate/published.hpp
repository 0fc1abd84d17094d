// One packet as the publisher made it, before any line carried it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "generate/framing_writer.hpp"

namespace wirecause::generate {

enum class PublishedKind : std::uint8_t { data, heartbeat, reset_mark, end_of_session, retransmission };

struct Published {
  OutgoingPacket packet;
  PublishedKind kind = PublishedKind::data;
  bool in_margin = false;  // near an end, where random faults keep off
  std::uint32_t epoch = 0;
  std::uint64_t serial = 0;   // of everything that the feed publishes
  std::uint64_t index = 0;    // of the feed's data packets; of the next one where this is none
  std::uint64_t unit = 0;     // first unit, counted from 0 in its epoch and never wrapped; the next one for units == 0
  TimeNs release;             // when it leaves the publisher: send_time, or later when it was queued
  DurationNs since_start{0};  // release minus the feed's start
};

}  // namespace wirecause::generate
