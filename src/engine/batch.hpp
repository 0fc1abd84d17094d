// What the front hands to a back: runs in file order, and commands that take effect between two of them (DESIGN D6).
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

class Batch {
 public:
  // Room for one more run, every field of which the caller writes: what was there before is not cleared.
  Descriptor& add_run() {
    if (used_ == room_) [[unlikely]] {
      room_ = std::max<std::size_t>(kFirstRuns, 2 * room_);
      runs_.resize(room_);
    }
    return runs_[used_++];
  }
  std::span<const Descriptor> runs() const { return std::span(runs_).first(used_); }

  // To take effect after the runs that are there now.
  void add_command(FeedCommand command) {
    command.before = used_;
    commands_.push_back(std::move(command));
  }
  std::span<const FeedCommand> commands() const { return commands_; }

  bool empty() const { return used_ == 0 && commands_.empty(); }
  void clear() {
    used_ = 0;
    commands_.clear();
  }

 private:
  static constexpr std::size_t kFirstRuns = 64;

  std::vector<Descriptor> runs_;  // the first used_ of them
  std::size_t used_ = 0;
  std::size_t room_ = 0;  // runs_.size()
  std::vector<FeedCommand> commands_;
};

}  // namespace wirecause
