// Acknowledgements of one direction that went past the capture point, until it is sure that its sender has heard of them.
//
// A report is heard when what the sender does upon it could go past: the way capture point -> sender -> capture point later.
// Where that way takes long now and is quick then, its packets say it: a packet echoes the time stamp of the last
// acknowledgement that had arrived (RFC 7323). Sure is what has had a little longer than the shortest way.
//
// Bounded: where too many are on their way, those that come close behind one another become one, the last; but the first of them
// stays for itself.
//
// There are two such lists. This one is for the account of time, by known.hpp: each report comes out once, whole (window, signs of
// loss, progress) and with the time at which it was heard, for that is when a wait ends. Who needs only how many bytes were under
// way, of a direction with many packets, takes heard.hpp: a number each, thinned evenly over the round trip.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "base/time.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

// What an acknowledgement tells the sender of the bytes that it acknowledges.
struct Report {
  TimeNs time = kNoTime;  // it went past
  Offset acknowledged = 0;
  std::uint32_t window = 0;  // bytes from there on
  std::uint32_t stamp = 0;
  bool has_stamp = false;
  std::uint8_t signs = 0;    // segments above it that had arrived; 3: or more
  bool is_progress = false;  // it acknowledges something new
  bool is_bare = false;      // it carries nothing else
};

// A packet of the sender, and what it says of what had arrived there.
struct Answer {
  TimeNs time = kNoTime;
  DurationNs soonest{0};  // it answers nothing that went past so shortly before
  DurationNs latest{0};   // ... and everything that went past so long before
  std::uint32_t echo = 0;
  bool has_echo = false;
};

class Reports {
 public:
  bool empty() const { return count_ == 0; }
  void passed(const Report& report);
  // Whether there is a next one that the sender of `answer` may have heard of; it, with the time when what was done upon it
  // could go past.
  bool is_next_heard(const Answer& answer) const {
    return heard_ != count_ && is_heard(at(heard_), answer, answer.soonest);
  }
  Report take_heard(const Answer& answer, DurationNs way) { return report_of(heard_++, answer.time, way); }
  // The same of what it has heard of for sure; each was told by take_heard() before. It is forgotten.
  bool is_next_sure(const Answer& answer) const { return heard_ != 0 && is_heard(at(0), answer, answer.latest); }
  Report take_sure(const Answer& answer, DurationNs way);
  // The sender of `answer` had not heard of what it should have heard long ago: packets go slower now, or reports were lost.
  bool is_overdue(const Answer& answer) const;
  void forget() { count_ = heard_ = 0; }

 private:
  static constexpr std::uint8_t kMost = 32;
  struct Passed {
    TimeNs time = kNoTime;
    std::uint32_t acknowledged = 0;  // low bits
    std::uint32_t window = 0;
    std::uint32_t stamp = 0;
    std::uint8_t signs = 0;
    bool has_stamp = false;
    bool is_progress = false;
    bool is_bare = false;
  };

  Passed& at(std::uint8_t i) const { return passed_[(unsigned{first_} + i) & (room_ - 1U)]; }
  static bool is_heard(const Passed& passed, const Answer& answer, DurationNs age);
  Report report_of(std::uint8_t i, TimeNs until, DurationNs way);
  void make_room();

  std::unique_ptr<Passed[]> passed_;  // none until the first
  Offset near_ = 0;                   // of the last that was heard
  TimeNs group_since_ = kNoTime;      // the first of those that came together went past
  DurationNs step_{0};
  bool has_last_ = false;  // of these the last is the newest that is kept, too
  std::uint8_t room_ = 0;  // a power of two
  std::uint8_t first_ = 0;
  std::uint8_t count_ = 0;
  std::uint8_t heard_ = 0;  // of these
};

}  // namespace wirecause::tcp
