// A back owns whole feeds: it applies batches to their trackers, in the order in which the front saw the packets.
// One thread at a time; no other back shares a feed with it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/batch.hpp"
#include "feed/feed_tracker.hpp"

namespace wirecause {

// A stream on which lost units are sent again: counted beside the feed that it served.
struct RecoveryLine {
  LineId line = 0;
  GroupId group = 0;
  std::uint64_t packets = 0;
  std::uint64_t units = 0;
  std::uint64_t brought = 0;       // units that a feed was missing
  FeedTracker* served = nullptr;   // the last feed that it brought something
  LineId served_line = 0;          // first line of that feed
};

class Back {
 public:
  explicit Back(const FeedOptions& options) : options_(options) {}

  void apply(const Batch& batch);
  void finish(TimeNs end);

  // Feeds in order of their first line.
  std::vector<FeedTracker*> feeds();
  std::vector<RecoveryLine> recovery_lines() const;
  // The group of a feed that this back owns.
  GroupId group_of(const FeedTracker& feed) const { return slots_[feed.line_id(0)].group; }

 private:
  struct Slot {  // by line
    FeedTracker* feed = nullptr;
    std::uint32_t index = 0;  // within the feed
    GroupId group = 0;
    std::unique_ptr<RecoveryLine> recovery;
  };

  void apply(const FeedCommand& command);
  void apply(const Descriptor& d);
  void retransmit(Slot& slot, const Descriptor& d);
  void pair(LineId a, LineId b);

  FeedOptions options_;
  std::vector<Slot> slots_;
  std::vector<std::unique_ptr<FeedTracker>> feeds_;  // null where absorbed
};

}  // namespace wirecause
