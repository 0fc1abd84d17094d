// Which BPF programs stand in the way of packets on an interface: XDP (RTM_GETLINK), tc filters of clsact and ingress
// (RTM_GETTFILTER), tcx (BPF_PROG_QUERY, Linux 6.6).
//
// Used by the collector bpf_programs. XDP and clsact need no privilege; tcx takes CAP_NET_ADMIN, a program's name takes
// CAP_SYS_ADMIN: without them a program is shown by its id.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "host/kernel/netlink_channel.hpp"

namespace wirecause {

struct BpfProgram {
  std::uint32_t id = 0;
  std::string name;   // empty: not readable
  std::string where;  // "ingress", "egress", "tcx ingress", "tcx egress"
};

// Of the body of an RTM_NEWTFILTER message; nothing: it is no BPF filter, or cut.
std::optional<BpfProgram> bpf_filter(std::span<const std::byte> body);

// Filters of clsact, ingress first.
std::vector<BpfProgram> tc_filters(NetlinkChannel& channel, std::uint32_t ifindex);

// Programs of tcx, which run before those of clsact; none on kernels before 6.6. Nothing: may not be asked for.
std::optional<std::vector<BpfProgram>> tcx_programs(std::uint32_t ifindex);

// The name that the program was loaded with; empty: gone, or not readable.
std::string program_name(std::uint32_t id);

}  // namespace wirecause
