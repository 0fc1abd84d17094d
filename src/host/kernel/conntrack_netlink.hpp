// Connection tracking's counters per CPU through ctnetlink (IPCTNL_MSG_CT_GET_STATS_CPU), for kernels without
// /proc/net/stat/nf_conntrack. Takes CAP_NET_ADMIN at every reading, as all of nfnetlink does.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "host/kernel/netlink_channel.hpp"

namespace wirecause {

// Of one CPU; nothing: the kernel does not say.
struct ConntrackCounters {
  std::uint32_t cpu = 0;
  std::optional<std::int64_t> drop;
  std::optional<std::int64_t> early_drop;
  std::optional<std::int64_t> insert_failed;
  std::optional<std::int64_t> invalid;
  std::optional<std::int64_t> found;
  std::optional<std::int64_t> search_restart;
};

// The body of one message of the answer; nothing: it is cut.
std::optional<ConntrackCounters> conntrack_counters(std::span<const std::byte> body);

class ConntrackNetlink {
 public:
  static Result<ConntrackNetlink> open();
  Result<std::vector<ConntrackCounters>> read();

 private:
  explicit ConntrackNetlink(NetlinkChannel channel) : channel_(std::move(channel)) {}
  NetlinkChannel channel_;
};

}  // namespace wirecause
