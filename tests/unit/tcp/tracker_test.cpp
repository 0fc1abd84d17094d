// Many connections: bounded, counted, none taken for another.
// SPDX-License-Identifier: Apache-2.0
#include "tcp/tracker.hpp"

#include <gtest/gtest.h>

#include "support/tcp_talk.hpp"

namespace wirecause::tcp {
namespace {

using test::TcpTalk;

TEST(TcpTracker, KeepsItsBoundAndCountsWhatItEvicts) {
  TcpTalk talk(TcpTalk::kClientFirst, TcpTalk::kServerFirst, 64);
  for (int i = 0; i < 10'000; ++i) {
    talk.ports(static_cast<std::uint16_t>(1 + i), 80).after(1).client({.flags = kSyn});
  }
  const TcpSummary all = talk.tracker.summary();
  EXPECT_EQ(all.connections.size(), 64U);
  EXPECT_EQ(all.totals.connections, 10'000U);
  EXPECT_EQ(all.totals.evicted, 10'000U - 64U);
  EXPECT_EQ(all.totals.packets, 10'000U);
}

TEST(TcpTracker, EvictsAFloodBeforeAConnectionThatIsInUse) {
  TcpTalk talk(TcpTalk::kClientFirst, TcpTalk::kServerFirst, 64);
  talk.handshake();
  for (int i = 0; i < 5'000; ++i) {
    talk.ports(static_cast<std::uint16_t>(1 + i), 80).after(1).client({.flags = kSyn});
    if (i % 16 == 0) talk.ports(40'000, 443).after(1).client({.seq = 1, .ack = 1});
  }
  EXPECT_EQ(talk.tracker.summary().connections.at(0).id, 1U);
}

TEST(TcpTracker, FindsEveryConnectionAfterManyWereForgotten) {
  TcpTalk talk(TcpTalk::kClientFirst, TcpTalk::kServerFirst, 5'000);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4'000; ++i) {
      talk.ports(static_cast<std::uint16_t>(1'000 + i), 80).after(1);
      talk.client({.seq = static_cast<std::uint32_t>(round) * 1'000'000, .flags = kSyn});  // the ports again
      talk.client({.seq = static_cast<std::uint32_t>(round) * 1'000'000, .flags = kSyn});  // and once more
    }
  }
  const TcpSummary all = talk.tracker.summary();
  EXPECT_EQ(all.totals.connections, 12'000U);
  EXPECT_EQ(all.connections.size(), 5'000U);
  EXPECT_EQ(all.totals.packets, 24'000U);
}

TEST(TcpTracker, TakesOneDirectionWithAnotherVlanForTheSameConnection) {
  Tracker tracker;
  LoneSegment s;
  s.source = {IpAddress::v4(1), 40'000};
  s.destination = {IpAddress::v4(2), 443};
  s.sequence = 100;
  s.flags = kSyn;
  s.vlan = 10;
  tracker.segment(s);
  std::swap(s.source, s.destination);
  s.sequence = 900;
  s.acknowledgement = 101;
  s.flags = kSyn | kAck;
  s.vlan = kNoVlan;
  tracker.segment(s);
  EXPECT_EQ(tracker.summary().connections.size(), 1U);
  s.vlan = 20;  // the same direction elsewhere
  tracker.segment(s);
  EXPECT_EQ(tracker.summary().connections.size(), 2U);
}

}  // namespace
}  // namespace wirecause::tcp
