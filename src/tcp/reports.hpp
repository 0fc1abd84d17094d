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
#include <optional>

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
  // Whether it tells nothing that the newest one does not. Not of an empty list.
  bool repeats_newest(const Report& report) const {
    const Passed& newest = at(static_cast<std::uint8_t>(count_ - 1U));
    return !report.is_progress && newest.acknowledged == static_cast<std::uint32_t>(report.acknowledged) &&
           newest.window == report.window && newest.signs == report.signs;
  }
  void passed(const Report& report);
  // The next that the sender of `answer` may have heard of: with the time when what it did upon it could go past.
  std::optional<Report> heard(const Answer& answer, DurationNs way) {
    if (heard_ == count_ || !is_heard(at(heard_), answer, answer.soonest)) return std::nullopt;
    return report_of(heard_++, answer.time, way);
  }
  // The next that it has heard of for sure; each was told by heard() before. It is forgotten.
  std::optional<Report> sure(const Answer& answer, DurationNs way) {
    if (heard_ == 0 || !is_heard(at(0), answer, answer.latest)) return std::nullopt;
    const Report report = report_of(0, answer.time, way);
    first_ = static_cast<std::uint8_t>((first_ + 1U) & (room_ - 1U));
    --count_;
    --heard_;
    return report;
  }
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
  static bool is_heard(const Passed& passed, const Answer& answer, DurationNs least_age) {
    constexpr DurationNs kLongest = seconds(1);  // by then it was heard, whatever a stamp says
    const DurationNs age = answer.time - passed.time;
    // Only packets that the sender takes in order renew what it echoes: of those with data nobody here knows.
    if (passed.has_stamp && answer.has_echo && age < kLongest) {
      if (is_older_stamp(passed.stamp, answer.echo)) return true;
      if (passed.is_bare && is_older_stamp(answer.echo, passed.stamp)) return false;
    }
    return age >= least_age;
  }
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
