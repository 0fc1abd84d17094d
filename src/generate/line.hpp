// One line of a feed on its way to the capture point: lag, jitter, and the faults that were asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "generate/feed_plan.hpp"
#include "generate/pattern.hpp"
#include "generate/published.hpp"
#include "generate/random.hpp"

namespace wirecause::generate {

inline constexpr std::uint32_t kRetransmissionChannel = 0xffff;  // in place of a line's number

// One packet at the capture point.
struct Arrival {
  Published published;
  TimeNs time;
  std::uint32_t feed = 0;
  std::uint32_t line = 0;
  std::uint16_t ip_id = 0;
};

class Line {
 public:
  // `plan` must outlive the line.
  Line(const FeedPlan& plan, std::uint32_t feed, std::uint32_t line, std::uint64_t seed);

  // Carries one packet; what arrives is appended to `out`, in no order of time. False when it was lost.
  bool carry(const Published& published, std::vector<Arrival>& out);
  // A packet that passes no fault: what is sent again.
  void carry_again(const Published& published, std::vector<Arrival>& out);
  // The packets that still wait for others to overtake them.
  void release_all(std::vector<Arrival>& out);

  std::uint64_t sent() const noexcept { return sent_; }
  std::uint64_t lost() const noexcept { return lost_; }

 private:
  struct ActiveFault {
    const Fault* fault;
    PatternWalk walk;
  };
  struct Effect {
    bool lost = false;
    std::uint32_t behind = 0;
    DurationNs delay{0};
    const Fault* duplicate = nullptr;
  };
  struct Held {
    Arrival arrival;
    std::uint32_t left;
  };

  Effect effect_on(const Published& published);
  Arrival arrival_of(const Published& published);
  void arrive_in_order(Arrival arrival, std::vector<Arrival>& out);
  void overtaken(std::vector<Arrival>& out);

  const FeedPlan& plan_;
  std::uint32_t feed_;
  std::uint32_t line_;
  Chance skew_;
  std::vector<ActiveFault> faults_;
  std::vector<Held> held_;
  TimeNs last_arrival_{0};
  std::uint16_t next_ip_id_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace wirecause::generate
