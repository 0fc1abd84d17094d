// Multicast memberships of this network namespace: per interface (/proc/net/igmp, igmp6) and per socket (BPF iterator over
// UDP sockets). /proc knows the interface only; which *socket* joined is known from the iterator alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/address.hpp"
#include "base/result.hpp"
#include "host/availability.hpp"

namespace wirecause {

struct InterfaceMembership {
  std::uint32_t ifindex = 0;
  std::string interface;
  IpAddress group;
};

// /proc/net/igmp and /proc/net/igmp6 (groups of the all-hosts kind, 224.0.0.1 and ff02::/16, are left out).
std::vector<InterfaceMembership> interface_memberships(const std::string& proc);

struct SocketMembership {
  std::uint64_t cookie = 0;
  IpAddress group;
  std::uint32_t ifindex = 0;
};

struct SocketMulticast {
  std::vector<SocketMembership> memberships;
  std::vector<std::uint64_t> without_multicast_all;  // cookies of sockets with IP_MULTICAST_ALL (IPV6_...) off
  std::vector<std::uint64_t> incomplete;             // cookies of sockets with more memberships than are listed
  std::vector<std::uint64_t> with_filter;            // cookies of sockets to which a process attached a filter
};

class MembershipIterator {
 public:
  virtual ~MembershipIterator() = default;
  // Of all UDP sockets of this network namespace that have a cookie.
  virtual Result<SocketMulticast> read() = 0;
};

Availability membership_iterator_availability();
Result<std::unique_ptr<MembershipIterator>> open_membership_iterator();

}  // namespace wirecause
