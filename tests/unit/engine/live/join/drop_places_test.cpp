// SPDX-License-Identifier: Apache-2.0
#include "engine/live/join/drop_places.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

DropPlace place(std::string reason, std::string symbol = "", Checkpoint at = Checkpoint::socket) {
  DropPlace made;
  made.at = at;
  made.reason = std::move(reason);
  made.symbol = std::move(symbol);
  return made;
}

TEST(DropPlaces, IsWrittenAsCheckpointAndReason) {
  EXPECT_EQ(text(place("SKB_DROP_REASON_SOCKET_RCVBUFF", "__udp_enqueue_schedule_skb")),
            "socket: SKB_DROP_REASON_SOCKET_RCVBUFF");
}

// Most drops of 6.18 before a socket are NOT_SPECIFIED: the function is what tells them apart.
TEST(DropPlaces, AReasonThatSaysNothingIsToldByItsFunction) {
  EXPECT_EQ(text(place("SKB_DROP_REASON_NOT_SPECIFIED", "ip_rcv_finish_core", Checkpoint::ip)),
            "ip: SKB_DROP_REASON_NOT_SPECIFIED at ip_rcv_finish_core");
  EXPECT_EQ(text(place("SKB_DROP_REASON_NOT_SPECIFIED", "", Checkpoint::ip)), "ip: SKB_DROP_REASON_NOT_SPECIFIED");
}

TEST(DropPlaces, WithoutAReasonItIsKnownByCounterOnly) { EXPECT_EQ(text(place("")), "socket: by counter"); }

TEST(DropPlaces, TheSamePlaceHasTheSameNumber) {
  DropPlaces places;
  const std::uint32_t a = places.id_of(place("A"));
  const std::uint32_t b = places.id_of(place("B"));
  EXPECT_NE(a, b);
  EXPECT_EQ(places.id_of(place("A")), a);
  EXPECT_EQ(places.at(b).reason, "B");
}

TEST(DropPlaces, WhateverMakesADifferenceMakesAnotherPlace) {
  DropPlaces places;
  const std::uint32_t plain = places.id_of(place("A", "f"));
  DropPlace other = place("A", "f");
  other.elsewhere = "netns pub, veth0";
  EXPECT_NE(places.id_of(other), plain);
  other = place("A", "f");
  other.socket_is_known = true;
  EXPECT_NE(places.id_of(other), plain);
  other = place("A", "f", Checkpoint::ip);
  EXPECT_NE(places.id_of(other), plain);
  EXPECT_NE(places.id_of(place("A", "g")), plain);
}

TEST(DropPlaces, BeyondTheBoundTheLastPlaceStandsForTheRest) {
  DropPlaces places;
  for (std::size_t i = 0; i < DropPlaces::kMax; ++i) places.id_of(place(std::to_string(i)));
  const std::uint32_t last = places.id_of(place("one more"));
  EXPECT_EQ(last, DropPlaces::kMax - 1);
  EXPECT_EQ(places.id_of(place("and another")), last);
  EXPECT_EQ(places.id_of(place("7")), 7U);
}

}  // namespace
}  // namespace wirecause
