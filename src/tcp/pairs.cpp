// SPDX-License-Identifier: Apache-2.0
#include "tcp/pairs.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace wirecause::tcp {
namespace {

void add(const ConnectionSummary& c, HostPair& pair) {
  ++pair.connections;
  const bool is_established = c.handshake || !c.starts_with_syn;
  pair.established += is_established ? 1U : 0U;
  if (pair.first == kNoTime || c.first < pair.first) pair.first = c.first;
  pair.last = later(pair.last, c.last);
  pair.packets += c.packets();
  pair.retransmissions += c.retransmissions();
  pair.resets += c.resets();
  pair.life = pair.life + (c.last - c.first);
  if (c.base_round_trip && (!pair.base_round_trip || *c.base_round_trip < *pair.base_round_trip)) {
    pair.base_round_trip = c.base_round_trip;
  }
  for (std::size_t from = 0; from < c.directions.size(); ++from) {
    const DirectionSummary& of = c.directions[from];
    pair.bytes[from] += of.counts.bytes;
    pair.reordered += of.counts.reordered;
    for (std::size_t i = 0; i < kWaits; ++i) pair.time[i] = pair.time[i] + of.time[i];
  }
}

}  // namespace

DurationNs HostPair::stalled() const {
  DurationNs sum{0};
  for (std::size_t i = 0; i < kWaits; ++i) sum = is_stall(static_cast<Wait>(i)) ? sum + time[i] : sum;
  return sum;
}

std::vector<HostPair> host_pairs(const TcpSummary& tcp) {
  std::map<std::pair<IpAddress, IpAddress>, std::size_t> places;
  std::vector<HostPair> pairs;
  for (const ConnectionSummary& c : tcp.connections) {
    const auto [place, is_new] = places.try_emplace({c.client.address, c.server.address}, pairs.size());
    if (is_new) {
      pairs.emplace_back();
      pairs.back().client = c.client.address;
      pairs.back().server = c.server.address;
    }
    add(c, pairs[place->second]);
  }
  std::ranges::stable_sort(pairs, [](const HostPair& a, const HostPair& b) {
    const auto trouble = [](const HostPair& p) { return std::tuple(p.stalled().ns, p.retransmissions, p.resets); };
    return trouble(a) > trouble(b);
  });
  return pairs;
}

}  // namespace wirecause::tcp
