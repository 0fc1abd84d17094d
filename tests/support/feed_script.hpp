// A feed told packet by packet, and what its tracker makes of it. For tests of feed/feed_tracker.hpp.
//
//   Script feed{{.lines = 2}};
//   feed.line(0).run(1, 100);                        // units 1 to 100, one a packet, 10 us apart
//   feed.line(1).at_us(500).data(50, 3).heartbeat(53);
//   const FeedSummary sum = feed.finish();
//
// The script remembers every unit that it brought, as a set: finish() holds the tracker's sums against it (DESIGN D2),
// so that every test of a story is a test of conservation too.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include "feed/feed_tracker.hpp"

namespace wirecause::test {

// A framing of which only the numbers matter: the tracker is handed parsed runs.
inline Framing numbered(NumberSpace space = {}) {
  Framing framing;
  framing.id = "test";
  framing.numbers = space;
  framing.heartbeat_interval = seconds(1);
  return framing;
}

inline constexpr NumberSpace kSixteenBits{0, 0xffff};                // RTP
inline constexpr NumberSpace kThirtyTwoBitsFromOne{1, 0xffff'ffff};  // Cboe, OPRA: after the highest comes 1

struct ScriptOptions {
  NumberSpace numbers{};
  std::uint32_t lines = 1;
  std::uint32_t session = 0;
  // When the point of line 1 and above began to see anything; default: with line 0.
  std::int64_t sister_point_starts_us = 0;
};

class Script {
 public:
  static constexpr std::int64_t kStepUs = 10;  // between packets, unless a test says otherwise

  explicit Script(const ScriptOptions& options = {})
      : framing_(numbered(options.numbers)),
        session_(options.session),
        tracker_(framing_, {}, LineOrigin{0, time(0)}, {}) {
    for (std::uint32_t i = 1; i < options.lines; ++i) {
      tracker_.absorb(FeedTracker(framing_, {}, LineOrigin{i, time(options.sister_point_starts_us)}, {}));
    }
  }
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;

  // Who speaks, and when the next packet comes. Packets after it follow kStepUs apart.
  Script& line(std::uint32_t index) {
    line_ = index;
    return *this;
  }
  Script& at_us(std::int64_t us) {
    now_us_ = us;
    return *this;
  }
  Script& after_us(std::int64_t us) { return at_us(last_us_ + us); }
  Script& session(SessionId id) {
    session_ = id;
    return *this;
  }
  // From here on the same wire numbers are other units, by a mark or a silent restart.
  Script& numbers_begin_again() {
    ++life_;
    return *this;
  }

  Script& data(std::uint64_t first, std::uint32_t count = 1) {
    for (std::uint32_t i = 0; i < count; ++i) bring(wire(first, i), brought_by_[line_]);
    return send(RunKind::data, first, count);
  }
  // One unit a packet, first and last included.
  Script& run(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t number = first; number <= last; ++number) data(number);
    return *this;
  }
  // The same on both lines, B 1 us behind A.
  Script& both(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t number = first; number <= last; ++number) {
      line(0).data(number);
      line(1).after_us(1).data(number);
      now_us_ = last_us_ - 1 + kStepUs;
    }
    return *this;
  }
  // A number that belongs to no unit of the feed: a damaged packet.
  Script& damaged(std::uint64_t first) { return send(RunKind::data, first, 1); }
  Script& consuming_heartbeat(std::uint64_t number) {
    bring(number, brought_by_[line_]);
    return send(RunKind::data, number, 1, Descriptor::kConsumingHeartbeat);
  }
  // A packet that the capture cut behind its first unit.
  Script& cut(std::uint64_t number) {
    bring(number, brought_by_[line_]);
    return send(RunKind::data, number, 1, Descriptor::kCountIsMinimum);
  }
  Script& heartbeat(std::uint64_t next) { return send(RunKind::heartbeat, next, 0); }
  Script& end_of_session(std::uint64_t next) { return send(RunKind::end_of_session, next, 0); }
  Script& reset(std::uint64_t next) { return numbers_begin_again().send(RunKind::reset, next, 0); }
  Script& unsequenced() { return send(RunKind::unsequenced, 0, 0); }
  Script& retransmission(std::uint64_t first, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) bring(wire(first, i), brought_again_);
    return send(RunKind::retransmission, first, count);
  }
  Script& send(RunKind kind, std::uint64_t first, std::uint32_t count, std::uint8_t flags = 0) {
    Descriptor d;
    d.time = time(now_us_);
    d.first = first;
    d.frame = ++frame_;
    d.count = d.messages = count;
    d.bytes = 100;
    d.line = line_;
    d.session = session_;
    d.kind = kind;
    d.flags = static_cast<std::uint8_t>(flags | Descriptor::kFirstOfPacket);
    tracker_.on(line_, d);
    last_us_ = now_us_;
    end_us_ = std::max(end_us_, now_us_);
    now_us_ += kStepUs;
    return *this;
  }

  // The end of input, at the last packet or later. Holds the sums against what was brought.
  FeedSummary finish(std::int64_t later_us = 0) {
    tracker_.finish(time(end_us_ + later_us));
    std::vector<std::uint32_t> order(tracker_.line_count());
    std::iota(order.begin(), order.end(), 0U);
    FeedSummary sum = tracker_.summary(order);
    expect_conservation(sum);
    return sum;
  }

  FeedTracker& tracker() { return tracker_; }
  std::uint64_t last_frame() const { return frame_; }
  static TimeNs time(std::int64_t us) { return TimeNs{1'767'623'400'000'000'000} + microseconds(us); }

 private:
  struct Unit {
    SessionId session;
    std::uint32_t life;
    std::uint64_t number;
    auto operator<=>(const Unit&) const = default;
  };
  void bring(std::uint64_t number, std::set<Unit>& set) { set.insert({session_, life_, number}); }
  std::uint64_t wire(std::uint64_t first, std::uint64_t ahead) const {
    const NumberSpace space = framing_.numbers;
    const std::uint64_t room = space.last - first;
    return ahead <= room ? first + ahead : space.first + (ahead - room - 1);
  }

  void expect_conservation(const FeedSummary& sum) {
    std::set<Unit> delivered = brought_again_;
    for (std::uint32_t i = 0; i < sum.lines.size(); ++i) {
      const LineSummary& line = sum.lines[i];
      const std::set<Unit>& seen = brought_by_[i];
      EXPECT_EQ(line.expected, seen.size() + line.lost + line.tail_unknown) << "line " << line.name;
      delivered.insert(seen.begin(), seen.end());
    }
    EXPECT_EQ(sum.arbitrated.delivered, delivered.size());
    EXPECT_EQ(sum.arbitrated.expected, sum.arbitrated.delivered + sum.arbitrated.lost);
    EXPECT_LE(sum.arbitrated.recovered, sum.arbitrated.delivered);
  }

  Framing framing_;
  SessionId session_;
  FeedTracker tracker_;
  std::uint32_t line_ = 0;
  std::uint32_t life_ = 0;
  std::int64_t now_us_ = 0;
  std::int64_t last_us_ = 0;
  std::int64_t end_us_ = 0;
  std::uint64_t frame_ = 0;
  std::map<std::uint32_t, std::set<Unit>> brought_by_;
  std::set<Unit> brought_again_;
};

}  // namespace wirecause::test
