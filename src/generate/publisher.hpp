// The publisher of one feed: makes its packets in the order in which they leave, with numbers, send times, heartbeats
// in idle time, restarts and stalls. Knows nothing of lines.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "generate/feed_plan.hpp"
#include "generate/published.hpp"
#include "generate/random.hpp"

namespace wirecause::generate {

class Publisher {
 public:
  // `plan` must outlive the publisher. `restart_pause`: long enough that nothing of the old session is still on its
  // way.
  Publisher(const FeedPlan& plan, std::uint32_t channel, std::uint64_t seed, TimeNs start, DurationNs restart_pause);

  // The next packet, with release times that never go back; false when the feed is over.
  bool next(Published& out);

 private:
  void plan_data();
  void begin_epoch();
  void heartbeat(TimeNs at, Published& out);
  void data(Published& out);
  bool closing(Published& out);
  void fill(PublishedKind kind, TimeNs send_time, TimeNs release, std::uint32_t units, Published& out);
  DurationNs interval_before(std::uint64_t index) const;
  bool is_in_margin(std::uint64_t index) const;

  const FeedPlan& plan_;
  std::uint32_t channel_;
  std::uint64_t seed_;
  Chance jitter_;
  Chance messages_;
  TimeNs start_;
  DurationNs restart_pause_;
  DurationNs heartbeat_interval_;

  std::uint64_t index_ = 0;  // next data packet
  std::uint64_t unit_ = 0;   // next unit of the epoch
  std::uint64_t serial_ = 0;
  std::uint32_t epoch_ = 0;
  std::uint64_t epoch_start_ = 0;  // wire number of unit 0
  std::uint64_t last_number_ = 0;  // wire number of the last unit; 0 before the first
  TimeNs next_data_;               // when the next data packet is made
  TimeNs hold_until_;              // packets leave no earlier (queued stall)
  TimeNs silent_until_;            // no heartbeats before (stall)
  TimeNs last_release_;
  std::int64_t last_second_ = -1;
  bool data_planned_ = false;
  bool reset_due_ = false;
  std::uint32_t closed_with_ = 0;
  std::size_t next_restart_ = 0;
  std::size_t next_pause_ = 0;
};

}  // namespace wirecause::generate
