// SPDX-License-Identifier: Apache-2.0
#include "tcp/incast.hpp"

#include <algorithm>
#include <tuple>

#include "tcp/summary.hpp"

namespace wirecause::tcp {
namespace {

struct Standing {
  std::uint32_t point = 0;
  IpAddress receiver;
  TimeNs from = kNoTime;
  TimeNs to = kNoTime;
  std::uint64_t connection = 0;
  DurationNs round_trip{0};
};

// A queue that overflows lets others through, and these, too, in the end. Where nothing of them was ever acknowledged, or nothing
// more is, the receiver does not take them.
bool gets_through(const DirectionSummary& of) {
  constexpr std::uint32_t kTries = 3;
  return of.acknowledged > 0 && of.tries.all() < kTries;
}

std::vector<Standing> timeouts_of(const std::vector<ConnectionSummary>& connections) {
  std::vector<Standing> all;
  for (const ConnectionSummary& c : connections) {
    for (const Stall& stall : c.stalls) {
      if (stall.wait != Wait::recovery_timeout || !gets_through(c.directions[stall.direction])) continue;
      const Endpoint& receiver = stall.direction == 0 ? c.server : c.client;
      all.push_back({c.point, receiver.address, stall.from, stall.to, c.id, c.base_round_trip.value_or(DurationNs{0})});
    }
  }
  std::ranges::sort(all, [](const Standing& a, const Standing& b) {
    return std::tie(a.point, a.receiver, a.from, a.connection) < std::tie(b.point, b.receiver, b.from, b.connection);
  });
  return all;
}

// What is lost in one round trip was sent in one; stamps of hosts that share a core may lie a millisecond apart.
bool began_together(const Standing& first, const Standing& other) {
  constexpr DurationNs kLeast = milliseconds(2);
  const DurationNs apart = std::max(kLeast, DurationNs{2 * std::max(first.round_trip, other.round_trip).ns});
  return first.point == other.point && first.receiver == other.receiver && other.from - first.from <= apart &&
         other.from < first.to;
}

Incast incast_of(const std::vector<Standing>& all, std::size_t begin, std::size_t end) {
  Incast incast;
  incast.point = all[begin].point;
  incast.receiver = all[begin].receiver;
  incast.from = all[begin].from;
  for (std::size_t i = begin; i < end; ++i) {
    incast.to = later(incast.to, all[i].to);
    incast.stalled = incast.stalled + (all[i].to - all[i].from);
    incast.connections.push_back(all[i].connection);
  }
  std::ranges::sort(incast.connections);
  incast.connections.erase(std::unique(incast.connections.begin(), incast.connections.end()), incast.connections.end());
  return incast;
}

}  // namespace

std::vector<Incast> incasts_of(const std::vector<ConnectionSummary>& connections) {
  const std::vector<Standing> all = timeouts_of(connections);
  std::vector<Incast> incasts;
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin + 1;
    while (end < all.size() && began_together(all[begin], all[end])) ++end;
    Incast incast = incast_of(all, begin, end);
    if (incast.connections.size() < Incast::kFewest) {
      ++begin;
      continue;
    }
    incasts.push_back(std::move(incast));
    begin = end;
  }
  std::ranges::sort(incasts, [](const Incast& a, const Incast& b) {
    return std::tie(a.from, a.point, a.receiver) < std::tie(b.from, b.point, b.receiver);
  });
  return incasts;
}

}  // namespace wirecause::tcp
