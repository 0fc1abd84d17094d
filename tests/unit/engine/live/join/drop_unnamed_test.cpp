// Drops at a socket that the kernel did not name go to the reader whose own counter shows them, to nobody else's sum.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/live_lab.hpp"

namespace wirecause::test {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kOne = 1;
constexpr std::uint64_t kOther = 2;

// Two readers of a MoldUDP64 line of twenty datagrams of one unit.
class Unnamed : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const std::uint64_t cookie : {kOne, kOther}) {
      lab.socket({.cookie = cookie, .local = "239.1.1.1"});
      lab.joins(cookie);
    }
    lab.discover(true).mold_run(1, 20).discover();
  }
  std::uint32_t full() { return lab.flow({.place = Checkpoint::socket}); }
  std::uint32_t damaged() {
    return lab.flow(
        {.place = Checkpoint::read, .reason = "SKB_DROP_REASON_UDP_CSUM", .symbol = "udp_recvmsg", .ifindex = 0});
  }
  // The sockets' own counters, as read after all drops so far.
  void counters(std::uint32_t one, std::uint32_t other) {
    lab.socket_of(kOne).drops = one;
    lab.socket_of(kOther).drops = other;
    lab.consumers.sample(lab.newest() + milliseconds(1), 0);
  }
  const DropPlace& place_at(const DroppedUnits& dropped) {
    return lab.joined().places().at(dropped.episodes().at(0).place);
  }
  LiveLab lab;
};

// Before Linux 6.5 of IPv6, before 6.10 the first of either.
TEST_F(Unnamed, AFullBufferIsTheOneWhoseCounterGrew) {
  lab.drop(full(), 11);
  counters(1, 0);
  lab.join();
  EXPECT_EQ(lab.dropped(kOne).units(), 1U);
  EXPECT_TRUE(lab.dropped(kOne).is_by_number());
  EXPECT_EQ(lab.dropped(kOther).datagrams(), 0U) << "a healthy reader is not blamed";
  EXPECT_FALSE(place_at(lab.dropped(kOne)).socket_is_known);
  EXPECT_THAT(place_at(lab.dropped(kOne)).step_down, HasSubstr("counter"));
}

TEST_F(Unnamed, ADropWaitsUntilTheCountersAreReadAfterIt) {
  counters(0, 0);
  lab.pause(milliseconds(5)).mold(21).drop(full(), 21).join();
  EXPECT_EQ(lab.dropped(kOne).datagrams() + lab.dropped(kOther).datagrams(), 0U);
  counters(0, 1);
  lab.take_and_join(lab.newest() + milliseconds(200));
  EXPECT_EQ(lab.dropped(kOther).units(), 1U);
  EXPECT_EQ(lab.dropped(kOne).datagrams(), 0U);
}

// What is known to be of a socket moves its counter, too.
TEST_F(Unnamed, TheGrowthThatNamedDropsExplainChoosesNobody) {
  lab.drop(lab.flow({.socket = kOne}), 10).drop(full(), 11);
  counters(1, 1);
  lab.join();
  EXPECT_EQ(lab.dropped(kOne).units(), 1U);
  EXPECT_TRUE(lab.dropped(kOne).contains(10));
  EXPECT_EQ(lab.dropped(kOther).units(), 1U);
  EXPECT_TRUE(lab.dropped(kOther).contains(11));
}

// Each reader finds the damaged datagram in its own queue: two drops a datagram.
TEST_F(Unnamed, ADamagedDatagramIsOneForEachReader) {
  const std::uint32_t flow = damaged();
  for (std::uint64_t number = 1; number <= 20; number += 5) lab.drop(flow, number).drop(flow, number);
  counters(4, 4);
  lab.join();
  for (const std::uint64_t cookie : {kOne, kOther}) {
    EXPECT_EQ(lab.dropped(cookie).units(), 4U);
    EXPECT_EQ(lab.dropped(cookie).datagrams(), 4U);
    EXPECT_TRUE(lab.dropped(cookie).is_by_number());
  }
  EXPECT_EQ(lab.joined().datagrams_at(0, Checkpoint::read), 8U) << "copies";
}

// The numbers do not say which of them were whose.
TEST_F(Unnamed, TwoThatLostDifferentOnesHaveTheirCountsOnceThereIsNoMoreToWaitFor) {
  const std::uint32_t flow = full();
  for (const std::uint64_t number : {5U, 6U, 6U, 7U, 8U}) lab.drop(flow, number);
  counters(3, 2);
  lab.join();
  EXPECT_EQ(lab.dropped(kOne).datagrams(), 0U);
  lab.join(true);
  EXPECT_EQ(lab.dropped(kOne).units(), 3U);
  EXPECT_EQ(lab.dropped(kOther).units(), 2U);
  EXPECT_FALSE(lab.dropped(kOne).is_by_number());
  EXPECT_TRUE(lab.joined().unread().empty());
}

TEST_F(Unnamed, WhatNoCounterShowsIsTheLinesOfASocketThatIsNotKnown) {
  lab.drop(full(), 11);
  counters(0, 0);
  lab.join(true);
  EXPECT_EQ(lab.dropped(kOne).datagrams() + lab.dropped(kOther).datagrams(), 0U);
  ASSERT_EQ(lab.joined().unread().count(0), 1U);
  EXPECT_EQ(lab.joined().unread().at(0).units(), 1U);
  EXPECT_THAT(place_at(lab.joined().unread().at(0)).step_down, HasSubstr("named no socket"));
}

// Drops that were not told, of whichever of the two.
TEST_F(Unnamed, MoreGrowthThanDropsBlamesNobody) {
  lab.drop(full(), 11);
  counters(5, 5);
  lab.join(true);
  EXPECT_EQ(lab.dropped(kOne).datagrams() + lab.dropped(kOther).datagrams(), 0U);
  EXPECT_EQ(lab.joined().unread().at(0).units(), 1U);
}

TEST_F(Unnamed, ItWaitsNoLongerThanItMust) {
  lab.drop(full(), 11);
  counters(0, 0);
  lab.join();
  EXPECT_TRUE(lab.joined().unread().empty());
  lab.take_and_join(lab.newest() + seconds(4));
  EXPECT_EQ(lab.joined().unread().count(0), 1U);
}

// With a filter on the socket UDP verifies on arrival, socket by socket (udp_queue_rcv_one_skb).
TEST_F(Unnamed, AChecksumThatOneSocketsFilterWantedIsOfThatSocket) {
  lab.drop(
      lab.flow({.place = Checkpoint::udp, .reason = "SKB_DROP_REASON_UDP_CSUM", .symbol = "udp_queue_rcv_one_skb"}),
      11);
  counters(0, 1);
  lab.join();
  EXPECT_EQ(lab.dropped(kOne).datagrams(), 0U);
  EXPECT_EQ(lab.dropped(kOther).units(), 1U);
}

// A storm that goes on: what was dropped before the counters were read is settled, the rest waits.
TEST_F(Unnamed, OfAStormThatGoesOnWhatTheCountersHoldIsSettled) {
  const std::uint32_t flow = full();
  lab.drop(flow, 11).drop(flow, 12);
  counters(2, 0);
  lab.pause(milliseconds(5)).mold(21).drop(flow, 21).join();
  EXPECT_EQ(lab.dropped(kOne).units(), 2U);
  EXPECT_TRUE(lab.dropped(kOne).is_by_number());
  counters(3, 0);
  lab.take_and_join(lab.newest() + milliseconds(200));
  EXPECT_EQ(lab.dropped(kOne).units(), 3U);
}

}  // namespace
}  // namespace wirecause::test
