// SPDX-License-Identifier: Apache-2.0
#include "host/nic/link_statistics.hpp"

#include <linux/if_link.h>

#include <cstring>

#include "host/kernel/netlink_attributes.hpp"

namespace wirecause {
namespace {

// The 64-bit counter at `offset` of struct rtnl_link_stats64, where the kernel's structure reaches that far.
std::optional<std::int64_t> counter_at(std::span<const std::byte> structure, std::size_t offset) {
  std::uint64_t value = 0;
  if (structure.size() < offset + sizeof value) return std::nullopt;
  std::memcpy(&value, structure.data() + offset, sizeof value);
  if (value > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

}  // namespace

std::optional<LinkStatistics> link_statistics(std::span<const std::byte> body) {
  if (!take_header<if_stats_msg>(body)) return std::nullopt;
  const auto found = find_attribute(body, IFLA_STATS_LINK_64);
  if (!found) return std::nullopt;
  const auto from = found->payload;
  using Layout = rtnl_link_stats64;
  return LinkStatistics{
      .rx_packets = counter_at(from, offsetof(Layout, rx_packets)),
      .tx_packets = counter_at(from, offsetof(Layout, tx_packets)),
      .rx_errors = counter_at(from, offsetof(Layout, rx_errors)),
      .rx_dropped = counter_at(from, offsetof(Layout, rx_dropped)),
      .tx_dropped = counter_at(from, offsetof(Layout, tx_dropped)),
      .multicast = counter_at(from, offsetof(Layout, multicast)),
      .rx_length_errors = counter_at(from, offsetof(Layout, rx_length_errors)),
      .rx_over_errors = counter_at(from, offsetof(Layout, rx_over_errors)),
      .rx_crc_errors = counter_at(from, offsetof(Layout, rx_crc_errors)),
      .rx_frame_errors = counter_at(from, offsetof(Layout, rx_frame_errors)),
      .rx_fifo_errors = counter_at(from, offsetof(Layout, rx_fifo_errors)),
      .rx_missed_errors = counter_at(from, offsetof(Layout, rx_missed_errors)),
      .rx_nohandler = counter_at(from, offsetof(Layout, rx_nohandler)),
  };
}

}  // namespace wirecause
