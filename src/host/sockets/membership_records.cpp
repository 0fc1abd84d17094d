// SPDX-License-Identifier: Apache-2.0
#include "host/sockets/membership_records.hpp"

#include <array>
#include <cstring>

#include "bpf/memberships.h"

namespace wirecause {
namespace {

void take(const wc_membership& record, SocketMulticast& out) {
  std::array<std::byte, 16> group{};
  std::memcpy(group.data(), record.group, group.size());
  switch (record.kind) {
    case WC_MEMBERSHIP:
      out.memberships.push_back({.cookie = record.cookie, .group = IpAddress::v6(group), .ifindex = record.ifindex});
      break;
    case WC_WITHOUT_MULTICAST_ALL:
      out.without_multicast_all.push_back(record.cookie);
      break;
    case WC_MORE_MEMBERSHIPS:
      out.incomplete.push_back(record.cookie);
      break;
    case WC_WITH_FILTER:
      out.with_filter.push_back(record.cookie);
      break;
    default:
      break;
  }
}

}  // namespace

std::size_t take_membership_records(std::span<const std::byte> bytes, SocketMulticast& out) {
  wc_membership record{};
  std::size_t taken = 0;
  for (; bytes.size() - taken >= sizeof record; taken += sizeof record) {
    std::memcpy(&record, bytes.data() + taken, sizeof record);
    take(record, out);
  }
  return taken;
}

}  // namespace wirecause
