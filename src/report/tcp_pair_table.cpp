// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_pair_table.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/text.hpp"
#include "report/table.hpp"
#include "tcp/pairs.hpp"

namespace wirecause {
namespace {

TableRow row_of(const tcp::HostPair& pair) {
  const DurationNs lost = pair.stalled();
  return {fmt::format("  {} → {}", pair.client.text(), pair.server.text()),
          number_text(pair.connections),
          fmt::format("{} / {}", bytes_text(pair.bytes[0]), bytes_text(pair.bytes[1])),
          pair.base_round_trip ? duration_text(*pair.base_round_trip) : std::string(),
          number_text(pair.retransmissions),
          lost.ns > 0 ? duration_text(lost) : std::string()};
}

}  // namespace

Lines host_pair_table(const tcp::TcpSummary& tcp, std::size_t max_lines, std::size_t width) {
  std::vector<tcp::HostPair> pairs = tcp::host_pairs(tcp);
  std::erase_if(pairs, [](const tcp::HostPair& pair) { return pair.connections < 2; });
  if (pairs.empty() || max_lines < 2) return {};
  const bool all_fit = 1 + pairs.size() <= max_lines;
  if (!all_fit && max_lines < 3) return {};
  std::vector<TableRow> rows{{"hosts", "connections", "sent / got", "rtt", "resent", "lost time"}};
  for (const tcp::HostPair& pair : pairs) {
    if (!all_fit && rows.size() + 1 == max_lines) break;
    rows.push_back(row_of(pair));
  }
  Lines lines = table_lines(rows, width);
  if (!all_fit) {
    lines.push_back(fmt::format("  … {} of {} shown; --json --max-list for all", rows.size() - 1,
                                count_text(pairs.size(), "host pair")));
  }
  return lines;
}

}  // namespace wirecause
