// SPDX-License-Identifier: Apache-2.0
#include "tcp/pairs.hpp"

#include <gtest/gtest.h>

#include "support/tcp_talk.hpp"

namespace wirecause::tcp {
namespace {

using test::TcpTalk;

void ask(TcpTalk& talk, std::uint32_t bytes) {
  talk.handshake();
  talk.after(10).client({.seq = 1, .ack = 1, .len = 100});
  talk.after(100).server({.seq = 1, .ack = 101, .len = bytes});
  talk.after(100).client({.seq = 101, .ack = 1 + bytes});
}

TEST(HostPairs, AddUpTheConnectionsOfTwoHosts) {
  TcpTalk talk;
  ask(talk.ports(1'000, 443), 500);
  ask(talk.ports(1'001, 80), 700);
  ask(talk.hosts(0x0a000009, 0x0a000002), 900);
  const std::vector<HostPair> pairs = host_pairs(talk.tracker.summary());
  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_EQ(pairs[0].client, IpAddress::v4(0x0a000001));
  EXPECT_EQ(pairs[0].connections, 2U);
  EXPECT_EQ(pairs[0].established, 2U);
  EXPECT_EQ(pairs[0].bytes[0], 200U);
  EXPECT_EQ(pairs[0].bytes[1], 1'200U);
  EXPECT_EQ(pairs[1].bytes[1], 900U);
}

TEST(HostPairs, HaveTimesThatAddUpToTheLivesOfBothDirections) {
  TcpTalk talk;
  ask(talk.ports(1'000, 443), 500);
  ask(talk.ports(1'001, 80), 700);
  const HostPair pair = host_pairs(talk.tracker.summary()).at(0);
  DurationNs sum{0};
  for (const DurationNs part : pair.time) sum = sum + part;
  EXPECT_EQ(sum.ns, 2 * pair.life.ns);
}

TEST(HostPairs, ThatLostMostTimeComeFirst) {
  TcpTalk talk;
  ask(talk, 500);
  talk.hosts(0x0a000009, 0x0a000002);
  ask(talk, 500);
  talk.after(10).client({.seq = 101, .ack = 501, .len = 100});
  talk.after(300'000).client({.seq = 101, .ack = 501, .len = 100});
  const std::vector<HostPair> pairs = host_pairs(talk.tracker.summary());
  EXPECT_EQ(pairs.at(0).client, IpAddress::v4(0x0a000009));
  EXPECT_GE(pairs.at(0).stalled(), milliseconds(300));
  EXPECT_EQ(pairs.at(0).retransmissions, 1U);
}

}  // namespace
}  // namespace wirecause::tcp
