// SPDX-License-Identifier: Apache-2.0
#include "tcp/connections.hpp"

#include <algorithm>

#include "tcp/summarise.hpp"

namespace wirecause::tcp {

void Connections::add(const Connection& connection, Totals& totals) {
  ++totals.connections;
  totals.established += connection.is_established() ? 1U : 0U;
  for (const Flow& flow : connection.flows) {
    const FlowCounts counts = flow.all_counts();
    totals.packets += counts.packets;
    totals.bytes += counts.bytes;
    totals.copies += counts.copies;
    totals.resets += counts.resets;
    totals.seen_again += counts.seen_again;
    totals.filled += counts.filled;
    totals.retransmissions += counts.retransmissions();
    totals.reordered += counts.reordered;
  }
}

Connection& Connections::begin(const Arrival& arrival) {
  if (connections_.size() <= arrival.found.place) connections_.resize(arrival.found.place + std::size_t{1});
  std::unique_ptr<Connection>& at = connections_[arrival.found.place];
  if (at) {
    add(*at, evicted_);
    ++evicted_.evicted;
  } else {
    at = std::make_unique<Connection>();
  }
  at->begin(arrival.found.id, arrival.segment);
  return *at;
}

Note Connections::apply(const Arrival& arrival) {
  if (arrival.too_big) [[unlikely]] {
    constexpr std::uint32_t kUnsaid = 1;  // no way has so small an MTU
    connections_[arrival.found.place]->flows[arrival.found.from].sizes.told(std::max(*arrival.too_big, kUnsaid));
    return {};
  }
  Connection& connection = arrival.found.begins ? begin(arrival) : *connections_[arrival.found.place];
  const Note note = connection.segment(arrival.segment, arrival.found.from);
  if (connection.id == followed_) [[unlikely]]
    keep(connection, arrival.segment, arrival.found.from, note);
  return note;
}

void Connections::apply(std::span<const Arrival> arrivals) {
  for (const Arrival& arrival : arrivals) apply(arrival);
}

void Connections::keep(const Connection& connection, const Segment& segment, std::uint8_t from, const Note& note) {
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
void Connections::amend(const Flow& flow) {
  if (!flow.recovery) return;
  for (const Recovery::Amended& amended : flow.recovery->take_amended()) {
    const auto step = std::find_if(trail_.steps.rbegin(), trail_.steps.rend(),
                                   [&](const Step& one) { return one.frame == amended.frame; });
    if (step == trail_.steps.rend()) continue;
    step->note.resend = amended.kind;
    if (amended.kind != Resend::spurious) step->note.sent_as = amended.kind;
  }
}

void Connections::add_to(TcpSummary& summary) const {
  summary.totals += evicted_;
  for (const auto& connection : connections_) {
    if (!connection) continue;
    add(*connection, summary.totals);
    summary.connections.push_back(summary_of(*connection));
  }
}

}  // namespace wirecause::tcp
