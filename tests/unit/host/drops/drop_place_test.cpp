// The places are the kernel's: the comment of each reason in include/net/dropreason-core.h, and where its functions stand on
// the receive path (net/core/dev.c __netif_receive_skb_core, net/ipv4/ip_input.c, net/ipv4/udp.c).
// SPDX-License-Identifier: Apache-2.0
#include "host/drops/drop_place.hpp"

#include <gtest/gtest.h>

#include "evidence/drop_reason.hpp"

namespace wirecause {
namespace {

TEST(DropPlace, TheReasonDecidesWhereItSaysSomething) {
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_XDP", "netif_receive_generic_xdp"), Checkpoint::xdp);
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_CPU_BACKLOG", "enqueue_to_backlog"), Checkpoint::backlog);
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_TC_INGRESS", "__netif_receive_skb_core"), Checkpoint::tc);
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_NETFILTER_DROP", "nft_do_chain"), Checkpoint::netfilter);
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_IP_RPFILTER", "ip_rcv_finish_core"), Checkpoint::ip);
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_FRAG_REASM_TIMEOUT", "ip_expire"), Checkpoint::ip);
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_NO_SOCKET", "__udp4_lib_rcv"), Checkpoint::udp);
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_SOCKET_FILTER", "udp_queue_rcv_one_skb"), Checkpoint::socket);
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_SOCKET_RCVBUFF", "udp_queue_rcv_one_skb"), Checkpoint::socket);
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_PROTO_MEM", "__udp_enqueue_schedule_skb"), Checkpoint::socket);
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_QDISC_DROP", "__dev_queue_xmit"), Checkpoint::tc);
}

TEST(DropPlace, TheFunctionDecidesWhereNoReasonIsGiven) {
  const auto place = [](std::string_view symbol) { return checkpoint_of(drop_reason::kNotSpecified, symbol); };
  EXPECT_EQ(place("ip_rcv_finish_core"), Checkpoint::ip);
  EXPECT_EQ(place("ip6_mc_input"), Checkpoint::ip);
  EXPECT_EQ(place("__udp4_lib_rcv"), Checkpoint::udp);
  EXPECT_EQ(place("__udp4_lib_mcast_deliver"), Checkpoint::udp);
  EXPECT_EQ(place("__udp6_lib_mcast_deliver"), Checkpoint::udp);
  EXPECT_EQ(place("veth_xmit"), Checkpoint::nic);
  EXPECT_EQ(place("veth_xdp_rcv_skb"), Checkpoint::xdp);
  EXPECT_EQ(place("do_xdp_generic"), Checkpoint::xdp);
  EXPECT_EQ(place("__netif_receive_skb_core.constprop.0"), Checkpoint::tc);
  EXPECT_EQ(place("enqueue_to_backlog"), Checkpoint::backlog);
  EXPECT_EQ(place("nf_hook_slow"), Checkpoint::netfilter);
  EXPECT_EQ(place("udp_queue_rcv_one_skb.isra.0"), Checkpoint::socket);
}

TEST(DropPlace, ABadChecksumIsFoundOnArrivalOrOnReading) {
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_UDP_CSUM", "udp_queue_rcv_one_skb"), Checkpoint::udp);
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_UDP_CSUM", "__udp4_lib_rcv"), Checkpoint::udp);
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_UDP_CSUM", "udp_recvmsg"), Checkpoint::read);
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_UDP_CSUM", "udpv6_recvmsg"), Checkpoint::read);
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_UDP_CSUM", "__first_packet_length"), Checkpoint::read);
}

TEST(DropPlace, WhatIsNotKnownIsBehindTheTapAndBeforeASocket) {
  EXPECT_EQ(checkpoint_of("SKB_DROP_REASON_OF_A_LATER_KERNEL", "a_new_function"), Checkpoint::ip);
  EXPECT_EQ(checkpoint_of("reason 200", ""), Checkpoint::ip);
  EXPECT_EQ(checkpoint_of("", ""), Checkpoint::ip);
}

// Most of what a rule drops, a program, a filter or a full buffer lies behind the tap; only three places lie before it.
TEST(DropPlace, OnlyDeviceXdpAndBacklogLieBeforeTheTap) {
  EXPECT_TRUE(is_before_tap(checkpoint_of("SKB_DROP_REASON_XDP", "")));
  EXPECT_TRUE(is_before_tap(checkpoint_of("SKB_DROP_REASON_CPU_BACKLOG", "")));
  EXPECT_TRUE(is_before_tap(checkpoint_of("SKB_DROP_REASON_FULL_RING", "")));
  EXPECT_FALSE(is_before_tap(checkpoint_of("SKB_DROP_REASON_TC_INGRESS", "")));
  EXPECT_FALSE(is_before_tap(checkpoint_of("SKB_DROP_REASON_NETFILTER_DROP", "")));
}

}  // namespace
}  // namespace wirecause
