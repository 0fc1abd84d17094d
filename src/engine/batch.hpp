// What the front hands to a back: runs in file order, and commands that take effect between two of them (DESIGN D6).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
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

struct Batch {
  std::vector<Descriptor> runs;
  std::vector<FeedCommand> commands;

  bool empty() const { return runs.empty() && commands.empty(); }
  void clear() {
    runs.clear();
    commands.clear();
  }
};

}  // namespace wirecause
