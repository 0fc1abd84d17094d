// While nothing drops, a live run allocates nothing per packet: front, trackers, the logs of the live engine, and the join.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "allocation/allocations.hpp"
#include "support/live_lab.hpp"

namespace wirecause::test {
namespace {

TEST(LiveJoin, TenThousandPacketsOfAFollowedLineAllocateNothing) {
  constexpr std::uint64_t kWarm = 4'000;  // a millisecond apart: beyond the first seconds, of which more is kept
  constexpr std::uint64_t kCounted = 10'000;
  LiveLab lab;
  lab.socket({.cookie = 7, .local = "239.1.1.1"});
  lab.joins(7).discover(true);
  std::vector<Packet> packets;
  for (std::uint64_t i = 0; i < kWarm + kCounted; ++i) {
    PacketBuilder packet;
    packet.ethernet().ipv4("10.0.0.1", "239.1.1.1").udp(5'000, 26'477).payload(mold_payload(i + 1, 1));
    packets.push_back(packet.build());
  }
  const auto run = [&](std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t i = from; i < to; ++i) {
      PacketView view = view_of(packets[i]);
      view.time = kLabStart + milliseconds(static_cast<std::int64_t>(i));
      view.frame = i + 1;
      lab.front.packets(std::span(&view, 1));
      lab.front.flush();
      lab.take_and_join(view.time);
    }
  };
  run(0, 10);
  lab.discover();
  run(10, kWarm);
  const std::uint64_t before = allocations_so_far();
  run(kWarm, kWarm + kCounted);
  EXPECT_EQ(allocations_so_far() - before, 0U);
  EXPECT_EQ(lab.consumers.arrived(lab.consumers.sockets().at(0)), kWarm + kCounted) << "and its reader is known";
}

}  // namespace
}  // namespace wirecause::test
