// SPDX-License-Identifier: Apache-2.0
#include "host/drop_probe.hpp"

#include "drop_lab.hpp"

namespace wirecause {
namespace {

using namespace test;

TEST(DropProbe, NamesTheSocketAndTheNumberOfADatagramThatFoundTheBufferFull) {
  WC_NEEDS_DROP_LAB();
  const PrivateNetwork network;
  const UdpReader reader(26477, 1);
  const FrameSender sender;
  DropWatch watch(26477);
  ASSERT_TRUE(watch.probe().follow(numbered_place("10.77.0.1", 26477)));
  for (std::uint64_t n = 1000; n < 1020; ++n) sender.send(to_host().udp(1000, 26477).payload(numbered(n, 7)).build());
  const std::uint32_t dropped = reader.drops();
  ASSERT_GT(dropped, 0U);
  watch.wait_for(dropped);
  const DropFlow flow = watch.flow();
  EXPECT_EQ(flow.reason, "SKB_DROP_REASON_SOCKET_RCVBUFF");
  EXPECT_EQ(flow.place, Checkpoint::socket);
  EXPECT_EQ(flow.socket.inode, reader.inode());
  EXPECT_EQ(flow.socket.cookie, reader.cookie());
  EXPECT_EQ(flow.netns, network.inode());
  EXPECT_EQ(flow.interface, "wc1");
  EXPECT_EQ(flow.datagrams, dropped);
  std::fprintf(stderr, "%s %s %u trues %u pl %u src %d\n", flow.reason.c_str(), flow.symbol.c_str(), flow.ifindex,
               flow.truesize, flow.payload_length, int(flow.socket_source));
  ASSERT_EQ(watch.drops().size(), dropped);
  for (std::uint32_t i = 0; i < dropped; ++i) {
    EXPECT_TRUE(watch.drops()[i].has_number);
    EXPECT_EQ(watch.drops()[i].number, 1020 - dropped + i);
    EXPECT_EQ(watch.drops()[i].count, 7U);
  }
}

}  // namespace
}  // namespace wirecause
