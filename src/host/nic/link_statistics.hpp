// The counters of one interface out of an RTM_NEWSTATS message, by the length that the kernel gave: older kernels end
// earlier, and what they do not have is nothing, not 0.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace wirecause {

struct LinkStatistics {
  std::optional<std::int64_t> rx_packets;
  std::optional<std::int64_t> tx_packets;
  std::optional<std::int64_t> rx_errors;
  std::optional<std::int64_t> rx_dropped;
  std::optional<std::int64_t> tx_dropped;
  std::optional<std::int64_t> multicast;
  std::optional<std::int64_t> rx_length_errors;
  std::optional<std::int64_t> rx_over_errors;
  std::optional<std::int64_t> rx_crc_errors;
  std::optional<std::int64_t> rx_frame_errors;
  std::optional<std::int64_t> rx_fifo_errors;
  std::optional<std::int64_t> rx_missed_errors;
  std::optional<std::int64_t> rx_nohandler;
};

// Of the body of an RTM_NEWSTATS message; nothing: it is cut, or holds no IFLA_STATS_LINK_64.
std::optional<LinkStatistics> link_statistics(std::span<const std::byte> body);

}  // namespace wirecause
