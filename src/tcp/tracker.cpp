// SPDX-License-Identifier: Apache-2.0
#include "tcp/tracker.hpp"

#include <algorithm>

#include "tcp/summarise.hpp"

namespace wirecause::tcp {

Tracker::Tracker(std::size_t most) : table_(most, [this](Connection& connection) { add(connection, evicted_); }) {}

void Tracker::add(const Connection& connection, Totals& totals) {
  ++totals.connections;
  totals.established += connection.is_established() ? 1U : 0U;
  for (const Flow& flow : connection.flows) {
    totals.packets += flow.counts.packets;
    totals.bytes += flow.counts.bytes;
    totals.copies += flow.counts.copies;
    totals.resets += flow.counts.resets;
    totals.seen_again += flow.counts.seen_again;
    totals.filled += flow.counts.filled;
  }
}

Note Tracker::segment(const Segment& segment) {
  const auto [connection, from] = table_.find_or_begin(segment);
  return connection->segment(segment, from);
}

TcpSummary Tracker::summary() {
  TcpSummary summary;
  summary.totals = evicted_;
  summary.totals.evicted = table_.evicted();
  table_.for_each([&](const Connection& connection) {
    add(connection, summary.totals);
    summary.connections.push_back(summary_of(connection));
  });
  std::sort(summary.connections.begin(), summary.connections.end(),
            [](const ConnectionSummary& a, const ConnectionSummary& b) { return a.id < b.id; });
  return summary;
}

}  // namespace wirecause::tcp
