// SPDX-License-Identifier: Apache-2.0
#include "host/nic/nic_statistics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>

namespace wirecause {
namespace {

using ::testing::HasSubstr;

std::optional<std::int64_t> sum(const NicStatistics& statistics, NicCounter counter) {
  return statistics.sums()[static_cast<std::size_t>(counter)];
}

// `ethtool -S` of Linux 6.18's virtio_net: the totals beside the queues must not count a frame twice.
NicStatistics virtio() {
  return {"virtio_net",
          {"rx_drops", "rx_xdp_drops", "rx0_drops", "rx0_xdp_drops", "rx1_drops", "rx1_xdp_drops", "tx0_kicks"}};
}

TEST(NicStatistics, AddUpTheQueuesAndNotTheirTotal) {
  NicStatistics statistics = virtio();
  ASSERT_TRUE(statistics.take(std::vector<std::uint64_t>{7, 3, 5, 1, 2, 2, 99}));
  EXPECT_EQ(sum(statistics, NicCounter::rx_discards), 7);
  EXPECT_EQ(sum(statistics, NicCounter::xdp_drops), 3);
  EXPECT_EQ(statistics.lost(), 7);
}

TEST(NicStatistics, OfADriverWithoutACounterAreUnknownAndNotZero) {
  NicStatistics statistics = virtio();
  ASSERT_TRUE(statistics.take(std::vector<std::uint64_t>(7, 0)));
  EXPECT_EQ(sum(statistics, NicCounter::rx_crc), std::nullopt);
  EXPECT_EQ(sum(statistics, NicCounter::rx_discards), 0);
}

TEST(NicStatistics, NameTheRawCounterThatGrew) {
  NicStatistics statistics = virtio();
  ASSERT_TRUE(statistics.take(std::vector<std::uint64_t>{0, 0, 0, 0, 0, 0, 0}));
  EXPECT_TRUE(statistics.grown().empty());
  ASSERT_TRUE(statistics.take(std::vector<std::uint64_t>{4, 0, 0, 0, 4, 0, 50}));
  ASSERT_EQ(statistics.grown().size(), 1U);
  EXPECT_EQ(statistics.grown()[0].raw, "rx1_drops");
  EXPECT_EQ(statistics.grown()[0].growth, 4);
  EXPECT_TRUE(statistics.grown()[0].is_known);
}

TEST(NicStatistics, DoNotTakeACounterThatWasResetForGrowth) {
  NicStatistics statistics = virtio();
  ASSERT_TRUE(statistics.take(std::vector<std::uint64_t>(7, 9)));
  ASSERT_TRUE(statistics.take(std::vector<std::uint64_t>(7, 1)));
  EXPECT_TRUE(statistics.grown().empty());
}

TEST(NicStatistics, RefuseValuesOfOtherNames) {
  NicStatistics statistics = virtio();
  EXPECT_FALSE(statistics.take(std::vector<std::uint64_t>(5, 0)));
  EXPECT_FALSE(statistics.take({}));
}

TEST(NicStatistics, SurviveValuesThatNoCounterHas) {
  NicStatistics statistics = virtio();
  ASSERT_TRUE(statistics.take(std::vector<std::uint64_t>(7, std::numeric_limits<std::uint64_t>::max())));
  ASSERT_TRUE(statistics.take(std::vector<std::uint64_t>(7, 0)));
  ASSERT_TRUE(statistics.take(std::vector<std::uint64_t>(7, std::numeric_limits<std::uint64_t>::max())));
}

TEST(NicStatistics, OfAnUnknownDriverAreShownRawAndSumNothing) {
  NicStatistics statistics("newnic", {"rx_packets", "rx_fifo_drops", "tx_drops"});
  ASSERT_TRUE(statistics.take(std::vector<std::uint64_t>{1, 1, 1}));
  ASSERT_TRUE(statistics.take(std::vector<std::uint64_t>{9, 3, 9}));
  EXPECT_EQ(statistics.lost(), std::nullopt);
  EXPECT_FALSE(statistics.is_complete());
  ASSERT_EQ(statistics.grown().size(), 1U);
  EXPECT_EQ(statistics.grown()[0].raw, "rx_fifo_drops");
  EXPECT_FALSE(statistics.grown()[0].is_known);
}

// drivers/net/veth.c: what the receiving end could not take on is `drops`, everything else is the sender's or the backlog's.
TEST(NicStatistics, OfAVethAreComplete) {
  const NicStatistics statistics(
      "veth", {"peer_ifindex", "rx_queue_0_xdp_packets", "rx_queue_0_drops", "rx_queue_0_xdp_drops"});
  EXPECT_TRUE(statistics.is_complete());
  EXPECT_FALSE(NicStatistics("veth", {"peer_ifindex"}).is_complete());  // before Linux 5.x: no such counters
}

TEST(NicStatistics, OfAVirtualFunctionWithoutThePortsCountersAreNotComplete) {
  const std::vector<std::string> port{"rx_discards_phy", "rx_out_of_buffer", "rx_crc_errors_phy", "rx_symbol_err_phy",
                                      "rx_oversize_pkts_buffer"};
  EXPECT_TRUE(NicStatistics("mlx5_core", port).is_complete());
  EXPECT_FALSE(NicStatistics("mlx5_core", {"rx_out_of_buffer", "rx_packets"}).is_complete());
}

// Documentation/networking/device_drivers/ethernet/mellanox/mlx5/counters.rst says what each means.
TEST(NicStatistics, OfMlx5TellThePortFromTheRing) {
  NicStatistics statistics("mlx5_core", {"rx_discards_phy", "rx_out_of_buffer", "rx_steer_missed_packets",
                                         "tx_pause_ctrl_phy", "rx3_xdp_drop"});
  ASSERT_TRUE(statistics.take(std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(sum(statistics, NicCounter::rx_missed), 1);
  EXPECT_EQ(sum(statistics, NicCounter::rx_no_buffer), 2);
  EXPECT_EQ(sum(statistics, NicCounter::filtered), 3);
  EXPECT_EQ(sum(statistics, NicCounter::tx_pause), 4);
  EXPECT_EQ(sum(statistics, NicCounter::xdp_drops), 5);
  EXPECT_EQ(statistics.lost(), 3);
  EXPECT_THAT(statistics.meaning(), HasSubstr("nic.rx_missed = rx_discards_phy; nic.rx_no_buffer = rx_out_of_buffer"));
}

TEST(DriverCounters, MatchAQueueByItsNumberOnly) {
  EXPECT_TRUE(matches("rx%u_drops", "rx0_drops"));
  EXPECT_TRUE(matches("rx%u_drops", "rx127_drops"));
  EXPECT_FALSE(matches("rx%u_drops", "rx_drops"));
  EXPECT_FALSE(matches("rx%u_drops", "rx0_drops_total"));
  EXPECT_FALSE(matches("rx%u_drops", "rx0a_drops"));
  EXPECT_TRUE(matches("[%u]: rx_discards", "[12]: rx_discards"));
  EXPECT_TRUE(matches("rx_missed_errors", "rx_missed_errors"));
  EXPECT_FALSE(matches("rx_missed_errors", "rx_missed_error"));
}

TEST(DriverCounters, HaveEachRawNameOnceADriverAndASource) {
  std::string_view before;
  for (const DriverTable& table : driver_tables()) {
    EXPECT_LT(before, table.driver);
    before = table.driver;
    EXPECT_FALSE(table.source.empty()) << table.driver;
    std::set<std::string_view> raw;
    for (const DriverCounter& row : table.counters)
      EXPECT_TRUE(raw.insert(row.raw).second) << table.driver << " " << row.raw;
    EXPECT_TRUE(table.is_complete || table.needed.empty()) << table.driver;
  }
}

}  // namespace
}  // namespace wirecause
