// A back owns whole feeds and connections: it applies batches to their trackers, in the order in which the front saw the
// packets. One thread at a time; no other back shares a feed or a connection with it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/boxed.hpp"
#include "engine/batch.hpp"
#include "feed/feed_tracker.hpp"
#include "tcp/connections.hpp"

namespace wirecause {

// A stream on which lost units are sent again: counted beside the feed that it served.
struct RecoveryLine {
  LineId line = 0;
  GroupId group = 0;
  std::uint64_t packets = 0;
  std::uint64_t units = 0;
  std::uint64_t brought = 0;      // units that a feed was missing
  FeedTracker* served = nullptr;  // the last feed that it brought something
  LineId served_line = 0;         // first line of that feed
};

class Back {
 public:
  // `connection`: whose packets are kept one by one; 0: none.
  explicit Back(const FeedOptions& options, std::uint64_t connection = 0) : options_(options) {
    connections_.follow(connection);
  }
  // The same feeds at this moment, to be settled apart while the run goes on (engine/live, which follows no connections).
  Back(const Back& other);
  Back& operator=(const Back&) = delete;

  void apply(const Batch& batch);
  void finish(TimeNs end);

  // Feeds in order of their first line.
  std::vector<FeedTracker*> feeds();
  std::vector<RecoveryLine> recovery_lines() const;
  // The feed that tracks a line, and the line's index within it; nullptr: none does (yet).
  struct Tracked {
    FeedTracker* feed = nullptr;
    std::uint32_t index = 0;
  };
  Tracked tracked(LineId line) const {
    return line < slots_.size() ? Tracked{slots_[line].feed, slots_[line].index} : Tracked{};
  }
  tcp::Connections& connections() { return connections_; }
  // The group of a feed that this back owns.
  GroupId group_of(const FeedTracker& feed) const { return slots_[feed.line_id(0)].group; }

 private:
  // What a line is: undecided until its first units, then a line of a feed, or one on which lost units are sent again.
  enum class Role : std::uint8_t { undecided, line, recovery };
  struct Slot {  // by line
    Role role = Role::undecided;
    FeedTracker* feed = nullptr;
    std::uint32_t index = 0;  // within the feed
    GroupId group = 0;
    std::vector<Descriptor> held;  // while undecided: every unit of them was missing elsewhere
    Boxed<RecoveryLine> recovery;  // what it sent again
  };
  // As many packets in a row that bring nothing but what a feed misses are no coincidence.
  static constexpr std::size_t kHeldForRecovery = 8;

  void apply(const FeedCommand& command);
  void apply(const Descriptor& d);
  void unusual(Slot& slot, const Descriptor& d);
  void decide(Slot& slot, const Descriptor& d);
  void become_line(Slot& slot);
  void become_recovery(Slot& slot);
  FeedTracker* missing_feed(const Slot& slot, const Descriptor& d, bool all) const;
  void retransmit(Slot& slot, const Descriptor& d);
  void pair(LineId a, LineId b);
  void drop(const FeedTracker* feed);

  FeedOptions options_;
  std::vector<Slot> slots_;
  std::vector<std::unique_ptr<FeedTracker>> feeds_;
  tcp::Connections connections_;
};

}  // namespace wirecause
