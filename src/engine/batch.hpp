// What the front hands to a back: runs in file order, and commands that take effect between two of them (DESIGN D6);
// beside them the segments of connections, in file order too.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "feed/descriptor.hpp"
#include "feed/feed_tracker.hpp"
#include "feed/framing.hpp"
#include "tcp/connections.hpp"

namespace wirecause {

using GroupId = std::uint32_t;  // (framing, channel): all lines that may ever be one feed; never crosses backs

struct FeedCommand {
  enum class Kind : std::uint8_t {
    new_line,  // `line` begins
    pair,      // `line` and `other` carry the same feed
  };

  std::size_t before = 0;  // index of the run that it precedes
  Kind kind = Kind::new_line;
  LineId line = 0;
  LineId other = 0;
  GroupId group = 0;
  bool is_recovery = false;  // brings again what others lost; no line of its own
  LineOrigin origin;
  const Framing* framing = nullptr;
  FramingConfig config;
};

// A vector that keeps its items when it is cleared: they are written over.
template <class T>
class Refilled {
 public:
  // Room for one more, every field of which the caller writes: what was there before is not cleared.
  T& add() {
    if (used_ == room_) [[unlikely]] {
      room_ = std::max<std::size_t>(kFirst, 2 * room_);
      items_.resize(room_);
    }
    return items_[used_++];
  }
  std::span<const T> all() const { return std::span(items_).first(used_); }
  std::size_t size() const { return used_; }
  void clear() { used_ = 0; }

 private:
  static constexpr std::size_t kFirst = 64;

  std::vector<T> items_;  // the first used_ of them
  std::size_t used_ = 0;
  std::size_t room_ = 0;  // items_.size()
};

class Batch {
 public:
  Descriptor& add_run() { return runs_.add(); }
  std::span<const Descriptor> runs() const { return runs_.all(); }

  tcp::Arrival& add_arrival() { return arrivals_.add(); }
  // Index of what the first segment of a direction brings.
  std::uint32_t add_beginning(const tcp::Beginning& beginning) {
    beginnings_.push_back(beginning);
    return static_cast<std::uint32_t>(beginnings_.size() - 1);
  }
  tcp::Arrivals arrivals() const { return {arrivals_.all(), beginnings_}; }

  // To take effect after the runs that are there now.
  void add_command(FeedCommand command) {
    command.before = runs_.size();
    commands_.push_back(std::move(command));
  }
  std::span<const FeedCommand> commands() const { return commands_; }

  bool is_of_feeds() const { return runs_.size() != 0 || !commands_.empty(); }
  bool empty() const { return !is_of_feeds() && arrivals_.size() == 0; }
  void clear() {
    runs_.clear();
    arrivals_.clear();
    beginnings_.clear();
    commands_.clear();
  }

 private:
  Refilled<Descriptor> runs_;
  Refilled<tcp::Arrival> arrivals_;
  std::vector<tcp::Beginning> beginnings_;
  std::vector<FeedCommand> commands_;
};

}  // namespace wirecause
