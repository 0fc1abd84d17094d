// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_table.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/table.hpp"
#include "report/tcp_order.hpp"
#include "report/tcp_words.hpp"

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
  return server == State::syn_received ? "half-open" : "closing";
}

// "62.1 of 62.9 ms"
std::string part_text(DurationNs part, DurationNs whole) {
  std::string of_part = duration_text(part);
  const std::string of_whole = duration_text(whole);
  if (of_part == of_whole) return of_whole;
  const std::size_t unit = of_part.find(' ');
  const bool is_same_unit = unit == of_part.rfind(' ') && of_part.substr(unit) == of_whole.substr(of_whole.find(' '));
  if (is_same_unit) of_part.resize(unit);
  return of_part + " of " + of_whole;
}

// "62.1 of 62.9 ms recovery (fast)": what the most of the lost time went to.
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
  return fmt::format("{} {}", part_text(longest, all), words_of(static_cast<tcp::Wait>(most)));
}

std::string known(const std::optional<DurationNs>& duration) { return duration ? duration_text(*duration) : ""; }

// The client's port is the first to be left out: the number names the connection, the server's port what it is for.
std::string name_of(const ConnectionSummary& c, bool has_room) {
  const std::string client = has_room ? endpoint_text(c.client.address, c.client.port) : c.client.address.text();
  return fmt::format("  {}  {} → {}", c.id, client, endpoint_text(c.server.address, c.server.port));
}

TableRow row_of(const ConnectionSummary& c) {
  const auto& [from_client, from_server] = c.directions;
  return {name_of(c, true),
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
  std::vector<TableRow> rows{{"connections", "state", "sent / got", "rtt", "resent", "lost time"}};
  for (const ConnectionSummary* connection : order) {
    if (!all_fit && rows.size() + 1 == max_lines) break;
    rows.push_back(row_of(*connection));
  }
  if (columns_of(rows) > width) {
    for (std::size_t i = 1; i < rows.size(); ++i) rows[i].front() = name_of(*order[i - 1], false);
  }
  Lines lines = table_lines(rows, width);
  if (!all_fit) {
    lines.push_back(fmt::format("  … {} of {} shown; --json --max-list for all", rows.size() - 1,
                                count_text(tcp.totals.connections, "connection")));
  }
  return lines;
}

}  // namespace wirecause
