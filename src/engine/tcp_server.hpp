// What is known of the connections to one server: attempts by what became of them, and options that they do without.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "evidence/record.hpp"
#include "tcp/summary.hpp"

namespace wirecause {

// What one kind of attempt comes to.
struct Attempts {
  std::uint64_t count = 0;
  std::string text;
  FrameRefs frames;

  // `frame` shows it.
  void add(const tcp::ConnectionSummary& c, std::uint64_t frame);
  void add(const Attempts& more);
};

struct AtServer {
  const tcp::ConnectionSummary* any = nullptr;
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
  std::uint64_t attempts = 0;
  std::uint64_t opened = 0;
  std::uint64_t both_syns = 0;
  std::uint64_t syn_acks_again = 0;
  std::uint64_t one_way = 0;
  std::set<IpAddress> clients;  // bounded
  Attempts refused;
  Attempts elsewhere;  // refused here, and through to the same port at another address
  Attempts unanswered;
  Attempts single;      // one SYN and nothing else
  Attempts half_open;   // answered, and the answer never acknowledged
  Attempts ignored;     // the client was through; the server went on sending its SYN-ACK
  Attempts plain_sack;  // large, and without the option
  Attempts plain_scale;
  Attempts stripped;

  bool has_something_to_say() const {
    return refused.count + unanswered.count + half_open.count + single.count + ignored.count + plain_sack.count +
               plain_scale.count + stripped.count >
           0;
  }
  std::uint64_t trouble() const {
    return refused.count + unanswered.count + half_open.count + single.count + ignored.count + stripped.count;
  }

  // Whether the client got through here, or to the same port elsewhere, in this run; whether it may still, for all that is seen.
  void add(const tcp::ConnectionSummary& c, bool got_through, bool got_elsewhere, bool may_open);
  void add(const AtServer& more);
};

}  // namespace wirecause
