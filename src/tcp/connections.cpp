// SPDX-License-Identifier: Apache-2.0
#include "tcp/connections.hpp"

#include <algorithm>
#include <cstddef>

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

Connection& Connections::begin(const Arrival& arrival, const Beginning& beginning) {
  if (connections_.size() <= arrival.place) connections_.resize(arrival.place + std::size_t{1});
  Connection*& at = connections_[arrival.place];
  if (at != nullptr) {
    add(*at, evicted_);
    ++evicted_.evicted;
  } else {
    at = &pool_.add();
  }
  at->begin(beginning.id, arrival.segment, beginning.origin);
  return *at;
}

void Connections::too_big(const Found& found, std::uint32_t mtu) {
  Arrival arrival;
  arrival.place = found.place;
  arrival.from = found.from;
  arrival.is_too_big = true;
  arrival.segment.length = mtu;
  apply(arrival, nullptr);
}

Note Connections::apply(const Found& found, const LoneSegment& segment) {
  const Beginning beginning{found.id, segment};
  Arrival arrival;
  arrival.place = found.place;
  arrival.from = found.from;
  arrival.begins = found.begins;
  arrival.segment = segment;
  return apply(arrival, found.is_first ? &beginning : nullptr);
}

// `beginning`: of the first segment of a direction.
inline Note Connections::apply(const Arrival& arrival, const Beginning* beginning) {
  if (arrival.is_too_big) [[unlikely]] {
    constexpr std::uint32_t kUnsaid = 1;  // no way has so small an MTU
    connections_[arrival.place]->flows[arrival.from].sizes.told(std::max(arrival.segment.length, kUnsaid));
    return {};
  }
  Connection& connection = arrival.begins ? begin(arrival, *beginning) : *connections_[arrival.place];
  if (beginning != nullptr) [[unlikely]]
    connection.flows[arrival.from].begin(beginning->origin);
  const Note note = connection.segment(arrival.segment, arrival.from);
  if (connection.id == followed_) [[unlikely]]
    keep(connection, arrival.segment, arrival.from, note);
  return note;
}

// Thousands of connections take more than the near caches hold: the segments of one are looked at together, and the next
// one is fetched meanwhile. Connections do not see each other, so that this is the order of the capture to each.
void Connections::apply(const Arrivals& arrivals) {
  constexpr std::uint32_t kNone = ~std::uint32_t{0};
  constexpr std::size_t kFar = 3;
  constexpr std::size_t kNear = 2;
  const std::span<const Arrival> all = arrivals.segments;
  order_.clear();
  next_.resize(all.size());
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    const std::uint32_t place = all[i].place;
    if (last_.size() <= place) last_.resize(std::max<std::size_t>(place + std::size_t{1}, 2 * last_.size()), kNone);
    next_[i] = kNone;
    (last_[place] == kNone ? order_.emplace_back() : next_[last_[place]]) = i;
    last_[place] = i;
  }
  for (std::size_t turn = 0; turn < order_.size(); ++turn) {
    if (turn + kFar < order_.size()) fetch(at(all[order_[turn + kFar]]));
    if (turn + kNear < order_.size()) fetch_more(at(all[order_[turn + kNear]]));
    last_[all[order_[turn]].place] = kNone;
    for (std::uint32_t i = order_[turn]; i != kNone; i = next_[i]) {
      if (next_[i] != kNone) fetch(&all[next_[i]], &all[next_[i]] + 1);
      const std::uint32_t beginning = all[i].beginning;
      apply(all[i], beginning == Arrival::kNone ? nullptr : &arrivals.beginnings[beginning]);
    }
  }
}

inline void Connections::fetch(const void* from, const void* to) {
  constexpr std::size_t kLine = 64;
  for (const auto* at = static_cast<const std::byte*>(from); at < to; at += kLine) __builtin_prefetch(at, 1);
}

// The lines that every segment asks for; what few do costs less when it is asked for.
inline void Connections::fetch(const Connection* connection) {
  if (connection == nullptr) return;
  const auto& [one, other] = connection->flows;
  fetch(connection, &one.ids);
  fetch(&other, &other.ids);
}

// What hangs on it.
inline void Connections::fetch_more(const Connection* connection) {
  if (connection == nullptr) return;
  for (const Flow& flow : connection->flows) {
    if (flow.path) fetch(&flow.path->rounds, flow.path->heard.first_lines());
  }
}

inline Connection* Connections::at(const Arrival& arrival) const {
  return arrival.place < connections_.size() ? connections_[arrival.place] : nullptr;
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
  for (const Connection* connection : connections_) {
    if (!connection) continue;
    add(*connection, summary.totals);
    summary.connections.push_back(summary_of(*connection));
  }
}

}  // namespace wirecause::tcp
