// Names of the kernel's drop reasons that decide something here, as its BTF spells them (include/net/dropreason-core.h).
// Whatever else a kernel may say is told as it says it and decides nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace wirecause::drop_reason {

inline constexpr std::string_view kNotSpecified = "SKB_DROP_REASON_NOT_SPECIFIED";  // a place without a word of its own
inline constexpr std::string_view kNoSocket = "SKB_DROP_REASON_NO_SOCKET";
inline constexpr std::string_view kSocketRcvbuff = "SKB_DROP_REASON_SOCKET_RCVBUFF";  // with two f
inline constexpr std::string_view kSocketFilter = "SKB_DROP_REASON_SOCKET_FILTER";
inline constexpr std::string_view kProtoMem = "SKB_DROP_REASON_PROTO_MEM";
inline constexpr std::string_view kUdpCsum = "SKB_DROP_REASON_UDP_CSUM";
inline constexpr std::string_view kIpRpfilter = "SKB_DROP_REASON_IP_RPFILTER";
inline constexpr std::string_view kNetfilterDrop = "SKB_DROP_REASON_NETFILTER_DROP";
inline constexpr std::string_view kCpuBacklog = "SKB_DROP_REASON_CPU_BACKLOG";
inline constexpr std::string_view kXdp = "SKB_DROP_REASON_XDP";  // generic XDP; a driver's frees without a reason
inline constexpr std::string_view kTcIngress = "SKB_DROP_REASON_TC_INGRESS";
inline constexpr std::string_view kTcEgress = "SKB_DROP_REASON_TC_EGRESS";
inline constexpr std::string_view kBpfCgroup = "SKB_DROP_REASON_BPF_CGROUP";  // BPF_CGROUP_EGRESS begins with it, too

}  // namespace wirecause::drop_reason
