// SPDX-License-Identifier: Apache-2.0
#include "tcp/incast.hpp"

#include <gtest/gtest.h>

#include "tcp/summary.hpp"

namespace wirecause::test {
namespace {

using tcp::ConnectionSummary;

const IpAddress kReceiver = IpAddress::v4(0x0a000001);

// A server's answer to the receiver stood still until the timer ran out.
ConnectionSummary stalled(std::uint64_t id, std::int64_t from_us, std::int64_t us,
                          tcp::Wait wait = tcp::Wait::recovery_timeout) {
  ConnectionSummary c;
  c.id = id;
  c.client = {kReceiver, static_cast<std::uint16_t>(id)};
  c.server = {IpAddress::v4(0x0a000100 + static_cast<std::uint32_t>(id)), 443};
  c.base_round_trip = microseconds(100);
  c.directions[1].acknowledged = 10'000;
  c.stalls.push_back({TimeNs{from_us * 1'000}, TimeNs{(from_us + us) * 1'000}, wait, 1, 0, 0});
  return c;
}

TEST(Incast, ManyTimersOfOneReceiverStallTogether) {
  std::vector<ConnectionSummary> all;
  for (std::uint64_t id = 1; id <= 5; ++id)
    all.push_back(stalled(id, 1'000 + static_cast<std::int64_t>(20 * id), 200'000));
  EXPECT_TRUE(tcp::incasts_of(all).empty());  // nothing passed: the way may have been down
  all.push_back(stalled(5, 1'500, 3'000, tcp::Wait::recovery_fast));
  const auto incasts = tcp::incasts_of(all);
  ASSERT_EQ(incasts.size(), 1U);
  EXPECT_EQ(incasts[0].receiver, kReceiver);
  EXPECT_EQ(incasts[0].connections, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(incasts[0].stalled, milliseconds(1'003));
}

TEST(Incast, WhatWasLostInTheSameBurstMetTheSameBuffer) {
  std::vector<ConnectionSummary> all;
  for (std::uint64_t id = 1; id <= 4; ++id) all.push_back(stalled(id, 1'000, 200'000));
  all.push_back(stalled(5, 50'000, 3'000, tcp::Wait::recovery_fast));
  all.push_back(stalled(6, 150'000, 200'000));
  all.push_back(stalled(7, 400'000, 200'000));  // later
  const auto incasts = tcp::incasts_of(all);
  ASSERT_EQ(incasts.size(), 1U);
  EXPECT_EQ(incasts[0].together, 4U);
  EXPECT_EQ(incasts[0].connections, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6}));
}

TEST(Incast, StallsOneAfterTheOtherAreNone) {
  std::vector<ConnectionSummary> all;
  for (std::uint64_t id = 1; id <= 5; ++id)
    all.push_back(stalled(id, 300'000 * static_cast<std::int64_t>(id), 200'000));
  EXPECT_TRUE(tcp::incasts_of(all).empty());
}

TEST(Incast, OtherWaitsAreNone) {
  std::vector<ConnectionSummary> all;
  for (std::uint64_t id = 1; id <= 5; ++id) all.push_back(stalled(id, 1'000, 200'000, tcp::Wait::receiver_window));
  EXPECT_TRUE(tcp::incasts_of(all).empty());
}

TEST(Incast, AReceiverThatTakesNothingIsNone) {
  for (const bool took_something : {false, true}) {
    std::vector<ConnectionSummary> all;
    for (std::uint64_t id = 1; id <= 5; ++id) {
      all.push_back(stalled(id, 1'000, 200'000));
      all.back().directions[1].acknowledged = took_something ? 10'000 : 0;
      all.back().directions[1].tries.resends = took_something ? 3 : 2;
    }
    EXPECT_TRUE(tcp::incasts_of(all).empty());
  }
}

TEST(Incast, OneConnectionThatStallsAgainAndAgainIsNone) {
  ConnectionSummary c = stalled(1, 1'000, 200'000);
  for (int i = 0; i < 6; ++i) c.stalls.push_back(c.stalls.front());
  EXPECT_TRUE(tcp::incasts_of({c}).empty());
}

}  // namespace
}  // namespace wirecause::test
