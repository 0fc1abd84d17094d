// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "host/kernel/conntrack_netlink.hpp"
#include "host/nic/bpf_attachments.hpp"
#include "host/nic/link_state.hpp"
#include "host/nic/link_statistics.hpp"
#include "support/netlink_message.hpp"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/pkt_cls.h>

namespace wirecause::testing {
namespace {

rtnl_link_stats64 numbered_counters() {
  rtnl_link_stats64 counters{};
  counters.rx_packets = 1;
  counters.rx_dropped = 2;
  counters.rx_crc_errors = 3;
  counters.rx_fifo_errors = 4;
  counters.rx_missed_errors = 5;
  counters.rx_nohandler = 6;
  counters.tx_dropped = 7;
  return counters;
}

TEST(LinkStatistics, AreReadAtTheirPlacesInTheKernelsStructure) {
  const rtnl_link_stats64 counters = numbered_counters();
  NetlinkMessage message(if_stats_msg{});
  message.put(IFLA_STATS_LINK_64, &counters, sizeof counters);
  const auto read = link_statistics(message.body());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->rx_packets, 1);
  EXPECT_EQ(read->rx_dropped, 2);
  EXPECT_EQ(read->rx_crc_errors, 3);
  EXPECT_EQ(read->rx_fifo_errors, 4);
  EXPECT_EQ(read->rx_missed_errors, 5);
  EXPECT_EQ(read->rx_nohandler, 6);
  EXPECT_EQ(read->tx_dropped, 7);
}

TEST(LinkStatistics, ThatAnOlderKernelDoesNotHaveAreUnknown) {
  const rtnl_link_stats64 counters = numbered_counters();
  NetlinkMessage message(if_stats_msg{});
  message.put(IFLA_STATS_LINK_64, &counters, offsetof(rtnl_link_stats64, rx_nohandler));  // before Linux 4.6
  const auto read = link_statistics(message.body());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->rx_missed_errors, 5);
  EXPECT_EQ(read->rx_nohandler, std::nullopt);
}

TEST(LinkStatistics, SurviveDamage) {
  const rtnl_link_stats64 counters = numbered_counters();
  NetlinkMessage message(if_stats_msg{});
  message.put(IFLA_STATS_LINK_64, &counters, sizeof counters);
  expect_damage_is_survived(message.body(), [](const auto& body) { link_statistics(body); });
}

std::vector<std::byte> newlink() {
  ifinfomsg header{};
  header.ifi_index = 7;
  NetlinkMessage message(header);
  message.text(IFLA_IFNAME, "eth1").u32(IFLA_MTU, 9000).u8(IFLA_OPERSTATE, 6).u8(IFLA_CARRIER, 1);
  message.u32(IFLA_CARRIER_CHANGES, 5).u32(IFLA_CARRIER_UP_COUNT, 3).u32(IFLA_CARRIER_DOWN_COUNT, 2);
  message.nested(IFLA_XDP,
                 [](NetlinkMessage& xdp) { xdp.u8(IFLA_XDP_ATTACHED, XDP_ATTACHED_DRV).u32(IFLA_XDP_PROG_ID, 42); });
  return message.body();
}

TEST(LinkState, IsWhatTheKernelSaysOfTheInterface) {
  const auto state = link_state(newlink());
  ASSERT_TRUE(state);
  EXPECT_EQ(state->index, 7U);
  EXPECT_EQ(state->name, "eth1");
  EXPECT_EQ(state->carrier, true);
  EXPECT_EQ(state->operstate, "up");
  EXPECT_EQ(state->mtu, 9000);
  EXPECT_EQ(state->carrier_changes, 5);
  EXPECT_EQ(state->carrier_up_count, 3);
  EXPECT_EQ(state->carrier_down_count, 2);
  EXPECT_EQ(state->xdp_mode, "native");
  EXPECT_EQ(state->xdp_program, 42U);
}

TEST(LinkState, KnowsNothingThatTheKernelDoesNotSay) {
  const auto state = link_state(NetlinkMessage(ifinfomsg{}).body());
  ASSERT_TRUE(state);
  EXPECT_EQ(state->carrier, std::nullopt);
  EXPECT_EQ(state->carrier_down_count, std::nullopt);
  EXPECT_EQ(state->xdp_program, std::nullopt);
  EXPECT_EQ(state->operstate, "");
}

TEST(LinkState, SurvivesDamage) {
  expect_damage_is_survived(newlink(), [](const auto& body) { link_state(body); });
}

std::vector<std::byte> bpf_filter_message(const std::string& kind) {
  NetlinkMessage message(tcmsg{});
  message.text(TCA_KIND, kind).nested(TCA_OPTIONS, [](NetlinkMessage& options) {
    options.text(TCA_BPF_NAME, "drop_all").u32(TCA_BPF_ID, 9);
  });
  return message.body();
}

TEST(BpfFilter, IsNamedByItsProgram) {
  const auto program = bpf_filter(bpf_filter_message("bpf"));
  ASSERT_TRUE(program);
  EXPECT_EQ(program->id, 9U);
  EXPECT_EQ(program->name, "drop_all");
}

TEST(BpfFilter, IsNoFilterOfAnotherKind) { EXPECT_FALSE(bpf_filter(bpf_filter_message("flower"))); }

TEST(BpfFilter, SurvivesDamage) {
  expect_damage_is_survived(bpf_filter_message("bpf"), [](const auto& body) { bpf_filter(body); });
}

std::vector<std::byte> conntrack_message() {
  nfgenmsg header{};
  header.res_id = __builtin_bswap16(3);  // the CPU, in network byte order
  NetlinkMessage message(header);
  message.be32(CTA_STATS_DROP, 11).be32(CTA_STATS_EARLY_DROP, 12).be32(CTA_STATS_FOUND, 13);
  return message.body();
}

TEST(ConntrackCounters, AreThoseOfOneCpu) {
  const auto counters = conntrack_counters(conntrack_message());
  ASSERT_TRUE(counters);
  EXPECT_EQ(counters->cpu, 3U);
  EXPECT_EQ(counters->drop, 11);
  EXPECT_EQ(counters->early_drop, 12);
  EXPECT_EQ(counters->found, 13);
  EXPECT_EQ(counters->invalid, std::nullopt);
}

TEST(ConntrackCounters, SurviveDamage) {
  expect_damage_is_survived(conntrack_message(), [](const auto& body) { conntrack_counters(body); });
}

}  // namespace
}  // namespace wirecause::testing
