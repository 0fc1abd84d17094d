// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_table.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/table.hpp"
#include "report/tcp_order.hpp"

namespace wirecause {
namespace {

using tcp::ConnectionSummary;
using tcp::State;

std::string_view state_text(const ConnectionSummary& connection) {
  const State client = connection.directions[0].state;
  const State server = connection.directions[1].state;
  if (connection.reset != kNoTime) return "reset";
  if (client == State::syn_sent) return server == State::syn_received ? "half-open" : "no answer";
  if (is_over(client) && is_over(server)) return "closed";
  if (client == State::established && server == State::established) return "open";
  return client == State::syn_sent || server == State::syn_received ? "half-open" : "closing";
}

// "412 ms receiver_window": what the most of the lost time went to.
std::string lost_text(const ConnectionSummary& connection) {
  const DurationNs all = connection.stalled();
  if (all.ns <= 0) return {};
  std::size_t most = 0;
  DurationNs longest{0};
  for (std::size_t i = 0; i < tcp::kWaits; ++i) {
    const DurationNs spent = connection.directions[0].time[i] + connection.directions[1].time[i];
    if (!is_stall(static_cast<tcp::Wait>(i)) || spent <= longest) continue;
    most = i;
    longest = spent;
  }
  return fmt::format("{} {}", duration_text(all), tcp::text(static_cast<tcp::Wait>(most)));
}

std::string known(const std::optional<DurationNs>& duration) { return duration ? duration_text(*duration) : ""; }

TableRow row_of(const ConnectionSummary& c) {
  const auto& [from_client, from_server] = c.directions;
  return {fmt::format("  {}  {} → {}", c.id, endpoint_text(c.client.address, c.client.port),
                      endpoint_text(c.server.address, c.server.port)),
          std::string(state_text(c)),
          fmt::format("{} / {}", bytes_text(from_client.counts.bytes), bytes_text(from_server.counts.bytes)),
          known(c.base_round_trip),
          number_text(c.retransmissions()),
          lost_text(c)};
}

}  // namespace

Lines connection_table(const tcp::TcpSummary& tcp, std::size_t max_lines, std::size_t width) {
  if (tcp.connections.empty() || max_lines < 2) return {};
  const auto order = by_importance(tcp);
  const bool all_fit = order.size() == tcp.totals.connections && 1 + order.size() <= max_lines;
  if (!all_fit && max_lines < 3) return {};
  std::vector<TableRow> rows{{"connections", "state", "sent / received", "base rtt", "resent", "lost time"}};
  for (const ConnectionSummary* connection : order) {
    if (!all_fit && rows.size() + 1 == max_lines) break;
    rows.push_back(row_of(*connection));
  }
  Lines lines = table_lines(rows, width);
  if (!all_fit) {
    lines.push_back(fmt::format("  … {} of {} shown; --json --max-list for all", rows.size() - 1,
                                count_text(tcp.totals.connections, "connection")));
  }
  return lines;
}

}  // namespace wirecause
