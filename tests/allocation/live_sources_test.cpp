// Live sources allocate nothing once they are open: tap, joined socket, and the merge of both.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "allocation/allocations.hpp"
#include "capture/live/live_merge.hpp"
#include "support/frame_sender.hpp"
#include "support/live_reading.hpp"
#include "support/private_network.hpp"

namespace wirecause::test {
namespace {

using testing::FrameSender;
using testing::PrivateNetwork;

constexpr std::size_t kPackets = 10'000;
constexpr std::size_t kAtOnce = 200;  // fewer than the default SO_RCVBUF holds

class LiveSources : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!network_.why_not().empty()) GTEST_SKIP() << network_.why_not();
    ASSERT_TRUE(PrivateNetwork::run("ip addr add 10.9.0.2/24 dev two"));
  }

  // Sends to the interface and reads until `per_packet` views a packet were handed out; how many allocations it took.
  template <class Read>
  static std::uint64_t allocations_of(Read read, std::size_t per_packet = 1) {
    const Packet packet =
        PacketBuilder{}.ethernet().ipv4("10.9.0.1", "239.1.1.1").udp(1000, 26400).payload(104).build();
    const FrameSender sender("one");
    std::vector<PacketView> views(64);
    std::size_t seen = 0;
    const std::uint64_t before = allocations_so_far();
    for (std::size_t sent = 0; sent < kPackets;) {
      for (std::size_t i = 0; i < kAtOnce; ++i, ++sent) EXPECT_TRUE(sender.send(packet));
      const TimeNs deadline = realtime() + seconds(5);
      while (seen < sent * per_packet && realtime() < deadline) seen += read(views);
      EXPECT_EQ(seen, sent * per_packet);
      if (seen != sent * per_packet) break;
    }
    return allocations_so_far() - before;
  }
  static std::unique_ptr<LiveSource> tap(std::uint32_t input) {
    return std::move(*open_tap({.interface = "two"}, input));
  }
  static std::unique_ptr<LiveSource> join(std::uint32_t input) {
    const JoinOptions options{.group = *IpAddress::parse("239.1.1.1"), .port = 26400, .interface = "two"};
    return std::move(*open_join(options, input));
  }

  PrivateNetwork network_;
};

TEST_F(LiveSources, ATapAllocatesNothingPerPacket) {
  const auto source = tap(0);
  EXPECT_EQ(allocations_of([&](std::vector<PacketView>& views) {
              source->refresh_statistics();
              return source->next_batch(views);
            }),
            0U);
}

TEST_F(LiveSources, AJoinedSocketAllocatesNothingPerPacket) {
  const auto source = join(0);
  EXPECT_EQ(allocations_of([&](std::vector<PacketView>& views) {
              source->refresh_statistics();
              return source->next_batch(views);
            }),
            0U);
}

TEST_F(LiveSources, TheirMergeAllocatesNothingPerPacket) {
  std::vector<std::unique_ptr<LiveSource>> sources;
  sources.push_back(tap(0));
  sources.push_back(join(1));
  LiveMerge merge(std::move(sources));
  EXPECT_EQ(allocations_of([&](std::vector<PacketView>& views) { return merge.next_batch(views, realtime()); }, 2), 0U);
}

}  // namespace
}  // namespace wirecause::test
