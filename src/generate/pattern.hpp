// Which packets of a line a fault hits: by number, by position, by time, every n-th, at random, in bursts. Repeatable:
// a pattern's choices depend on its own seed and on the packet, never on what other faults did.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generate/published.hpp"
#include "generate/random.hpp"

namespace wirecause::generate {

struct Pattern {
  enum class Kind : std::uint8_t {
    none,
    numbers,  // packets that carry any of the wire numbers in `ranges`, in session `session`
    packets,  // the feed's data packets number `ranges`, from 1
    time,     // packets that leave the publisher in `ranges`, ns since the start
    every,    // each `count`-th data packet
    random,   // each data packet with `probability`
    burst,    // at each data packet, with `probability`, this and the following, `count` in all
    last,     // the last `count` data packets
  };
  struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;  // inclusive
  };
  Kind kind = Kind::none;
  std::vector<Range> ranges;
  std::uint64_t count = 0;
  double probability = 0;
  std::uint32_t session = 1;

  // Random choices keep away from the ends (FeedPlan::fault_margin); what was named exactly does not.
  bool is_exact() const noexcept {
    return kind == Kind::numbers || kind == Kind::packets || kind == Kind::time || kind == Kind::last;
  }
};

// "packets 100-120", "1 % of the packets at random": for the truth's list of what was done.
std::string describe(const Pattern& pattern);

// A pattern applied to one line: shown every packet of the line once, in the order of publication.
class PatternWalk {
 public:
  // `takes_heartbeats`: positions and times hit whatever is sent, not data packets only.
  PatternWalk(const Pattern& pattern, Chance chance, bool takes_heartbeats)
      : pattern_(pattern), chance_(chance), takes_heartbeats_(takes_heartbeats) {
    threshold_ = threshold_of(pattern.probability);
  }
  bool hits(const Published& published, std::uint64_t packets_in_all);

 private:
  bool hits_data(const Published& published, std::uint64_t packets_in_all);

  Pattern pattern_;
  Chance chance_;
  bool takes_heartbeats_;
  std::uint64_t threshold_ = 0;
  std::uint64_t burst_left_ = 0;
};

}  // namespace wirecause::generate
