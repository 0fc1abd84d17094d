// SPDX-License-Identifier: Apache-2.0
#include "tcp/path.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/tcp_flow.hpp"

namespace wirecause::test {
namespace {

constexpr std::int64_t kRoundTripUs = 10'000;

TEST(Path, IsWatchedOnlyOfDirectionsWithManyPackets) {
  TcpFlow flow(kRoundTripUs);
  flow.round(20).round(20).round(20);
  EXPECT_FALSE(flow.sent().path.was_watched);
  flow.round(20);
  EXPECT_TRUE(flow.sent().path.was_watched);
  EXPECT_FALSE(flow.talk.only().directions[1].path.was_watched);
}

// A queue of the flow's own: each segment above 20 waits for another half millisecond.
TEST(Path, QueueingGrowsWithTheFlight) {
  TcpFlow flow(kRoundTripUs);
  for (int i = 0; i < 6; ++i) flow.round(20);
  for (int turn = 0; turn < 4; ++turn) {
    for (std::uint32_t window = 20; window < 36; ++window) flow.round(window, 500 * (window - 20));
    flow.lose();
  }
  const auto path = flow.sent().path;
  const auto is_near = [](DurationNs a, DurationNs b) { return a - b <= milliseconds(1) && b - a <= milliseconds(1); };
  EXPECT_TRUE(is_near(path.queueing.base, milliseconds(10))) << path.queueing.base.ns;
  EXPECT_TRUE(is_near(path.queueing.most, microseconds(7'500))) << path.queueing.most.ns;
  EXPECT_GT(path.queueing.follows_flight, 800);
  EXPECT_TRUE(path.is_bottleneck_rate);
}

// 20 segments of 1448 bytes every 10 ms are 23.2 Mbit/s.
TEST(Path, TheFastestRoundTripIsTheRate) {
  TcpFlow flow(kRoundTripUs);
  for (int i = 0; i < 20; ++i) flow.round(20);
  const auto path = flow.sent().path;
  EXPECT_NEAR(static_cast<double>(path.fastest_rate), 23'168'000.0, 1'200'000.0);
  EXPECT_FALSE(path.is_bottleneck_rate);  // nobody tried for more
  EXPECT_NEAR(static_cast<double>(path.bandwidth_delay_bytes), 20.0 * 1'448, 2'000.0);
}

// Near the receiver data is acknowledged at once: only the echoes of time stamps say what the sender had heard.
TEST(Path, NearTheReceiverTheFlightIsKnownByEchoes) {
  TcpTalk talk;
  constexpr std::uint32_t kSegment = 1'448;
  talk.at(0).client({.flags = tcp::kSyn, .stamp = 1, .scale = 4, .mss = 1'460});
  talk.at(10).server({.ack = 1, .flags = tcp::kSyn | tcp::kAck, .stamp = 1'000, .echo = 1, .scale = 4, .mss = 1'460});
  talk.at(20'010).client({.seq = 1, .ack = 1, .stamp = 20, .echo = 1'000});
  // 20 ms to the sender and back; one segment a millisecond, each acknowledged 10 us later.
  std::uint32_t next = 1;
  for (std::uint32_t ms = 21; ms < 400; ++ms) {
    talk.at(ms * 1'000)
        .client({.seq = next, .ack = 1, .len = kSegment, .stamp = ms, .echo = 1'000 + std::max(20U, ms - 20) - 20});
    next += kSegment;
    talk.at(ms * 1'000 + 10).server({.seq = 1, .ack = next, .stamp = 1'000 + ms - 20, .echo = ms});
  }
  const auto path = talk.only().directions[0].path;
  EXPECT_EQ(talk.only().directions[0].capture_point, tcp::CapturePoint::near_receiver);
  EXPECT_NEAR(static_cast<double>(path.largest_flight), 20.0 * kSegment, 4.0 * kSegment);
}

}  // namespace
}  // namespace wirecause::test
