// SPDX-License-Identifier: Apache-2.0
#include "tcp/tracker.hpp"

#include <algorithm>

#include "tcp/incast.hpp"
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
    totals.retransmissions += flow.counts.retransmissions();
    totals.reordered += flow.counts.reordered;
  }
}

Note Tracker::segment(const Segment& segment) {
  const auto [connection, from] = table_.find_or_begin(segment);
  const Note note = connection->segment(segment, from);
  if (connection->id == followed_) [[unlikely]]
    keep(*connection, segment, from, note);
  return note;
}

void Tracker::too_big(std::uint32_t point, const Endpoint& source, const Endpoint& destination, std::uint32_t mtu) {
  constexpr std::uint32_t kUnsaid = 1;  // no way has so small an MTU
  const auto found = table_.find(point, source, destination);
  if (found.connection != nullptr) found.connection->flows[found.from].sizes.told(std::max(mtu, kUnsaid));
}

void Tracker::keep(const Connection& connection, const Segment& segment, std::uint8_t from, const Note& note) {
  for (const Flow& flow : connection.flows) amend(flow);
  if (trail_.steps.size() == Trail::kMost) {
    ++trail_.omitted;
    return;
  }
  const Flow& peer = connection.flows[1U - from];
  Step& step = trail_.steps.emplace_back();
  step.time = segment.time;
  step.frame = segment.frame;
  step.input = segment.input;
  step.from_client = from == connection.client;
  step.flags = segment.flags;
  step.length = segment.length;
  step.window = connection.flows[from].window;
  step.note = note;
  step.sack_count = segment.options.sack_count;
  for (std::size_t i = 0; i < step.sack_count; ++i) {
    const SackBlock& block = segment.options.sack[i];
    const Offset begin = offset_near(peer.acknowledged, peer.base, block.begin);
    step.sack[i] = {begin, offset_near(begin, peer.base, block.end)};
  }
}

// What packets showed of others before them.
void Tracker::amend(const Flow& flow) {
  if (!flow.recovery) return;
  for (const Recovery::Amended& amended : flow.recovery->take_amended()) {
    const auto step = std::find_if(trail_.steps.rbegin(), trail_.steps.rend(),
                                   [&](const Step& one) { return one.frame == amended.frame; });
    if (step == trail_.steps.rend()) continue;
    step->note.resend = amended.kind;
    if (amended.kind != Resend::spurious) step->note.sent_as = amended.kind;
  }
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
  summary.incasts = incasts_of(summary.connections);
  return summary;
}

}  // namespace wirecause::tcp
