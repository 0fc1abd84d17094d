// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_order.hpp"

#include <algorithm>
#include <array>

namespace wirecause {
namespace {

// Time lost first, then errors.
std::array<std::uint64_t, 4> trouble(const tcp::ConnectionSummary& connection) {
  const auto stalled = static_cast<std::uint64_t>(std::max<std::int64_t>(connection.stalled().ns, 0));
  return {stalled, connection.retransmissions(), connection.resets(), connection.packets()};
}

}  // namespace

std::vector<const tcp::ConnectionSummary*> by_importance(const tcp::TcpSummary& tcp) {
  std::vector<const tcp::ConnectionSummary*> order;
  order.reserve(tcp.connections.size());
  for (const tcp::ConnectionSummary& connection : tcp.connections) order.push_back(&connection);
  std::ranges::stable_sort(order, [](const auto* a, const auto* b) { return trouble(*a) > trouble(*b); });
  return order;
}

}  // namespace wirecause
