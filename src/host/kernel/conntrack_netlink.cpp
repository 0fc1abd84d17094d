// SPDX-License-Identifier: Apache-2.0
#include "host/kernel/conntrack_netlink.hpp"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <sys/socket.h>

#include "host/kernel/netlink_attributes.hpp"

namespace wirecause {
namespace {

constexpr std::uint16_t kGetStatsCpu = (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_GET_STATS_CPU;

}  // namespace

std::optional<ConntrackCounters> conntrack_counters(std::span<const std::byte> body) {
  const auto header = take_header<nfgenmsg>(body);
  if (!header) return std::nullopt;
  ConntrackCounters counters;
  counters.cpu = __builtin_bswap16(header->res_id);
  while (const auto attribute = take_attribute(body)) {
    const auto value = attribute->be32();
    if (!value) continue;
    switch (attribute->type) {
      case CTA_STATS_DROP:
        counters.drop = *value;
        break;
      case CTA_STATS_EARLY_DROP:
        counters.early_drop = *value;
        break;
      case CTA_STATS_INSERT_FAILED:
        counters.insert_failed = *value;
        break;
      case CTA_STATS_INVALID:
        counters.invalid = *value;
        break;
      case CTA_STATS_FOUND:
        counters.found = *value;
        break;
      case CTA_STATS_SEARCH_RESTART:
        counters.search_restart = *value;
        break;
      default:
        break;
    }
  }
  return counters;
}

Result<ConntrackNetlink> ConntrackNetlink::open() {
  WC_TRY_ASSIGN(NetlinkChannel channel, NetlinkChannel::open(NETLINK_NETFILTER));
  return ConntrackNetlink(std::move(channel));
}

Result<std::vector<ConntrackCounters>> ConntrackNetlink::read() {
  std::vector<ConntrackCounters> all;
  nfgenmsg header{};
  header.nfgen_family = AF_UNSPEC;
  header.version = NFNETLINK_V0;
  const NetlinkBody request(header);
  WC_TRY(
      channel_.ask(kGetStatsCpu, NLM_F_DUMP, request.bytes(), [&all](std::uint16_t, std::span<const std::byte> body) {
        if (const auto counters = conntrack_counters(body)) all.push_back(*counters);
      }));
  return all;
}

}  // namespace wirecause
