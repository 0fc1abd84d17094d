// A sender with a window of its own choice, for tests of what a flow shows: each round trip it sends a window of full segments, one
// for each acknowledgement; losses and marks are answered as the test says. Made from RFC 5681 and RFC 2018, captured near the
// sender.
//
//   TcpFlow flow(10'000);          // round trip in microseconds
//   flow.round(20).round(21);      // flights of 20 and 21 segments
//   flow.lose().round(10);         // the oldest segment is lost, found out, sent again; then 10 are under way
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "support/tcp_talk.hpp"

namespace wirecause::test {

class TcpFlow {
 public:
  static constexpr std::uint32_t kSegment = 1'448;

  explicit TcpFlow(std::int64_t round_trip_us) : round_trip_us_(round_trip_us), length_us_(round_trip_us) {
    talk.at(0).client({.flags = tcp::kSyn, .scale = 4, .mss = 1'460, .sack_permitted = true});
    talk.after(round_trip_us)
        .server({.ack = 1, .flags = tcp::kSyn | tcp::kAck, .scale = 4, .mss = 1'460, .sack_permitted = true});
    talk.after(5).client({.seq = 1, .ack = 1});
    begin_us_ = round_trip_us + 5;
  }

  // A round trip at whose end `segments` are under way. It is longer by `queue_us` than the shortest.
  TcpFlow& round(std::uint32_t segments, std::int64_t queue_us = 0) {
    const std::uint32_t waiting = in_flight();
    begin_us_ += waiting == 0 ? 0 : length_us_;
    length_us_ = round_trip_us_ + queue_us;
    std::uint32_t sent = 0;
    for (std::uint32_t i = 1; i <= waiting; ++i) {
      now_us_ = begin_us_ + length_us_ * i / waiting;
      acknowledge(acknowledged_ + kSegment);
      for (; sent < i * segments / waiting; ++sent) send();
    }
    // Nothing is acknowledged while nothing is under way: then they are paced.
    for (; sent < segments; ++sent) {
      now_us_ = waiting == 0 ? begin_us_ + length_us_ * (sent + 1) / segments : now_us_;
      send();
    }
    return *this;
  }

  // The oldest segment was lost: duplicates with SACK, it is sent again, and a round trip later everything is acknowledged.
  TcpFlow& lose() {
    const std::uint32_t lost = acknowledged_;
    const std::uint32_t waiting = in_flight();
    begin_us_ += length_us_;
    for (std::uint32_t i = 1; i < waiting; ++i) {
      now_us_ = begin_us_ + length_us_ * i / waiting;
      talk.at(now_us_).server(
          {.seq = 1, .ack = lost, .window = kWindow, .sack = {lost + kSegment, lost + kSegment * (i + 1)}});
      if (i == 3) talk.at(now_us_ + 1).client({.seq = lost, .ack = 1, .len = kSegment});
    }
    begin_us_ = now_us_ + round_trip_us_;
    now_us_ = begin_us_;
    length_us_ = round_trip_us_;
    acknowledge(next_);
    return *this;
  }

  // A mark came back, and the sender says that it has answered it.
  TcpFlow& mark() {
    echo_ = true;
    return *this;
  }

  tcp::DirectionSummary sent() { return talk.only().directions[0]; }
  std::uint32_t next() const { return next_; }
  std::int64_t now_us() const { return now_us_; }

  TcpTalk talk;

 private:
  static constexpr std::uint16_t kWindow = 65'535;  // scaled by 16

  std::uint32_t in_flight() const { return (next_ - acknowledged_) / kSegment; }
  void send() {
    const auto flags = static_cast<std::uint8_t>(tcp::kAck | (echo_ ? tcp::kCwr : 0));
    talk.at(now_us_ + 2).client({.seq = next_, .ack = 1, .len = kSegment, .flags = flags});
    next_ += kSegment;
    echo_ = false;
  }
  void acknowledge(std::uint32_t ack) {
    acknowledged_ = ack;
    talk.at(now_us_).server({.seq = 1, .ack = ack, .window = kWindow});
  }

  std::int64_t round_trip_us_;
  std::int64_t length_us_;  // of the round that goes on
  std::int64_t begin_us_ = 0;
  std::int64_t now_us_ = 0;
  std::uint32_t next_ = 1;
  std::uint32_t acknowledged_ = 1;
  bool echo_ = false;
};

}  // namespace wirecause::test
