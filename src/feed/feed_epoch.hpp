// One run of numbers of a feed, and what each of its lines brought of it. Plain state; feed_tracker.cpp moves it forward,
// epoch_close.cpp settles it. Numbers are straight (number_line.hpp), shared by all lines of the epoch.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "feed/descriptor.hpp"
#include "feed/first_arrivals.hpp"
#include "feed/hole_list.hpp"
#include "feed/interval_set.hpp"

namespace wirecause {

// One line in one epoch: [start, next) has been shown; holes are what of it has not been brought.
struct LineEpoch {
  bool started = false;
  bool has_units = false;  // a unit, not only heartbeats
  std::uint64_t start = 0;
  std::uint64_t next = 0;
  std::uint64_t first_unit = 0;
  std::uint64_t last_unit = 0;  // highest unit seen
  HoleList holes;
  std::uint64_t seen = 0;  // units brought, each once
  std::uint64_t late = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t reordered_packets = 0;
  std::uint64_t lost = 0;  // of closed holes
  std::uint64_t tail_unknown = 0;
  std::uint32_t packets = 0;  // in this epoch, for the reorder window
  // The horizon: `next` as it was between one and two reorder windows ago. Below it nothing is merely out of order.
  std::uint64_t horizon = 0;
  std::uint64_t horizon_candidate = 0;
  std::uint32_t horizon_packet = 0;
  FirstArrivals::Cursor cursor = 0;
  IntervalSet given_up;  // of closed holes: what comes of them now is too late to be counted

  std::uint64_t expected() const { return next - start; }
  void roll_horizon() {
    horizon = horizon_candidate;
    horizon_candidate = next;
    horizon_packet = packets;
  }
};

struct FeedEpoch {
  SessionId session = 0;
  bool started = false;
  bool opened_inside = false;  // the feed was alive before: numbers before the first one seen were missed
  std::uint64_t start = 0;
  std::uint64_t next = 0;
  HoleList holes;  // units that no line has brought
  std::uint64_t delivered = 0;
  std::uint64_t recovered = 0;
  std::uint64_t lost = 0;
  std::uint64_t tail_unknown = 0;
  IntervalSet recovered_units;  // so that a unit that two lines missed is counted once
  FirstArrivals arrivals;
  TimeNs first_time = kNoTime;
  TimeNs last_time = kNoTime;
  std::vector<LineEpoch> lines;  // by index within the feed
  bool is_silent = false;        // opened without a session or a mark
  // Opened by a silent restart: it may yet turn out to be old packets once more. The epoch before it is kept until then.
  bool on_trial = false;
  bool noted = false;    // its restart is listed
  Descriptor opened_by;  // its first packet, while it is on trial
};

}  // namespace wirecause
