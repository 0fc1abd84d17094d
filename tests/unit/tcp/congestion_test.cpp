// SPDX-License-Identifier: Apache-2.0
#include "tcp/congestion.hpp"

#include <gtest/gtest.h>

#include "support/tcp_flow.hpp"

namespace wirecause::test {
namespace {

using tcp::Algorithm;

constexpr std::int64_t kRoundTripUs = 10'000;

tcp::CongestionSummary seen(TcpFlow& flow) { return flow.sent().path.congestion; }

// RFC 5681: half of the flight, then one segment a round trip.
TEST(Congestion, HalvesAndGrowsByASegmentIsReno) {
  TcpFlow flow(kRoundTripUs);
  std::uint32_t window = 20;
  for (int epoch = 0; epoch < 6; ++epoch) {
    for (; window < 40; ++window) flow.round(window);
    flow.lose();
    window /= 2;
  }
  EXPECT_EQ(seen(flow).algorithm, Algorithm::reno);
  EXPECT_GT(seen(flow).confidence, 700U);
  EXPECT_NEAR(seen(flow).kept, 500, 60);
  EXPECT_NEAR(seen(flow).growth, 1'000, 60);
  EXPECT_EQ(seen(flow).shrunk, 0U);
}

// RFC 9438: seven tenths; where it follows Reno, about half a segment a round trip.
TEST(Congestion, LeavesSevenTenthsIsCubic) {
  TcpFlow flow(kRoundTripUs);
  std::uint32_t twice = 56;
  for (int epoch = 0; epoch < 6; ++epoch) {
    for (; twice < 80; ++twice) flow.round(twice / 2);
    flow.lose();
    twice = twice * 7 / 10;
  }
  EXPECT_EQ(seen(flow).algorithm, Algorithm::cubic);
  EXPECT_NEAR(seen(flow).kept, 700, 60);
  EXPECT_NEAR(seen(flow).growth, 500, 60);
}

// It probes in one round of eight, drains what that queued, and a loss changes nothing.
TEST(Congestion, SwingsWithoutALossAndKeepsItsFlightWithOneIsBbr) {
  TcpFlow flow(kRoundTripUs);
  for (int cycle = 0; cycle < 12; ++cycle) {
    flow.round(25).round(15);
    for (int i = 0; i < 6; ++i) flow.round(20);
    if (cycle % 3 == 0) flow.lose().round(20);
  }
  EXPECT_EQ(seen(flow).algorithm, Algorithm::bbr);
  EXPECT_GT(seen(flow).shrunk, 6U);
}

TEST(Congestion, SwingsAndNeverLosesIsBbr) {
  TcpFlow flow(kRoundTripUs);
  for (int cycle = 0; cycle < 12; ++cycle) {
    flow.round(25).round(15);
    for (int i = 0; i < 6; ++i) flow.round(20);
  }
  EXPECT_EQ(seen(flow).algorithm, Algorithm::bbr);
  EXPECT_EQ(seen(flow).epochs, 0U);
}

// RFC 8257: marks, and each takes little.
TEST(Congestion, AnswersMarksByLittleIsLikeDctcp) {
  TcpFlow flow(kRoundTripUs);
  for (int epoch = 0; epoch < 12; ++epoch) {
    for (std::uint32_t window = 27; window < 30; ++window) flow.round(window);
    flow.mark().round(28).round(27).round(27);
  }
  EXPECT_EQ(seen(flow).algorithm, Algorithm::dctcp_like);
  EXPECT_GE(seen(flow).marks, 10U);
}

TEST(Congestion, AFlightThatOnlyGrowsSaysLittle) {
  TcpFlow flow(kRoundTripUs);
  for (std::uint32_t window = 10; window < 14; ++window) flow.round(window);
  EXPECT_EQ(seen(flow).algorithm, Algorithm::unknown);
  EXPECT_EQ(seen(flow).confidence, 0U);
}

// The receiver's window holds it: nothing is known of the sender's own.
TEST(Congestion, AFullWindowSaysNothing) {
  TcpTalk talk;
  talk.handshake({.mss = 1'460}, {.mss = 1'460});
  std::uint32_t next = 1;
  for (int round = 0; round < 60; ++round) {
    for (int i = 0; i < 10; ++i, next += 1'000) talk.after(10).client({.seq = next, .ack = 1, .len = 1'000});
    talk.after(5'000).server({.seq = 1, .ack = next, .window = 10'000});
  }
  EXPECT_EQ(talk.only().directions[0].path.congestion.algorithm, Algorithm::unknown);
}

}  // namespace
}  // namespace wirecause::test
