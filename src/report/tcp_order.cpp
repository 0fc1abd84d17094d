// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_order.hpp"

#include <algorithm>
#include <array>

namespace wirecause {
namespace {

std::uint64_t sent_again(const tcp::ConnectionSummary& connection) {
  std::uint64_t packets = 0;
  for (const tcp::DirectionSummary& direction : connection.directions) {
    packets += direction.counts.seen_again + direction.counts.filled;
  }
  return packets;
}

std::array<std::uint64_t, 3> trouble(const tcp::ConnectionSummary& connection) {
  return {sent_again(connection), connection.resets(), connection.packets()};
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
