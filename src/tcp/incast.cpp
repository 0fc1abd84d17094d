// SPDX-License-Identifier: Apache-2.0
#include "tcp/incast.hpp"

#include <algorithm>
#include <span>
#include <tuple>

#include "tcp/summary.hpp"

namespace wirecause::tcp {
namespace {

// A direction that stood still because something of it was lost.
struct Standing {
  std::uint32_t point = 0;
  IpAddress receiver;
  TimeNs from = kNoTime;
  TimeNs to = kNoTime;
  std::uint64_t connection = 0;
  DurationNs round_trip{0};
  bool by_timer = false;
  bool has_passed = false;  // something behind the loss had arrived
};

// A queue that overflows lets others through, and these, too, in the end. Where nothing of them was ever acknowledged, or nothing
// more is, the receiver does not take them.
bool gets_through(const DirectionSummary& of) {
  constexpr std::uint32_t kTries = 3;
  return of.acknowledged > 0 && of.tries.all() < kTries;
}

std::vector<Standing> standing_of(const std::vector<ConnectionSummary>& connections) {
  std::vector<Standing> all;
  for (const ConnectionSummary& c : connections) {
    for (const Stall& stall : c.stalls) {
      const bool by_timer = stall.wait == Wait::recovery_timeout;
      const bool lost = by_timer || stall.wait == Wait::recovery_fast || stall.wait == Wait::recovery_probe;
      if (!lost || !gets_through(c.directions[stall.direction])) continue;
      const Endpoint& receiver = stall.direction == 0 ? c.server : c.client;
      all.push_back({c.point, receiver.address, stall.from, stall.to, c.id, c.base_round_trip.value_or(DurationNs{0}),
                     by_timer, stall.wait == Wait::recovery_fast});
    }
  }
  std::ranges::sort(all, [](const Standing& a, const Standing& b) {
    return std::tie(a.point, a.receiver, a.from, a.connection) < std::tie(b.point, b.receiver, b.from, b.connection);
  });
  return all;
}

using Stood = std::span<const Standing>;

bool has_one_receiver(const Standing& a, const Standing& b) { return a.point == b.point && a.receiver == b.receiver; }

// What is lost in one round trip was sent in one; stamps of hosts that share a core may lie a millisecond apart.
DurationNs apart(DurationNs round_trip) {
  constexpr DurationNs kLeast = milliseconds(2);
  return std::max(kLeast, DurationNs{2 * round_trip.ns});
}

std::size_t distinct(std::vector<std::uint64_t>& ids) {
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids.size();
}

// Connections whose timers stalled from the same round trip on as the one at `first`.
std::size_t together_with(Stood burst, std::size_t first) {
  std::vector<std::uint64_t> connections;
  for (const Standing& other : burst.subspan(first)) {
    const DurationNs round_trip = std::max(burst[first].round_trip, other.round_trip);
    if (other.from - burst[first].from > apart(round_trip) || other.from >= burst[first].to) break;
    if (other.by_timer) connections.push_back(other.connection);
  }
  return distinct(connections);
}

// The most that did, of all that stood still one over the other.
std::size_t most_together(Stood burst) {
  std::size_t most = 0;
  TimeNs looked_until = kNoTime;  // whoever began until then stood beside one that was looked at
  for (std::size_t i = 0; i < burst.size(); ++i) {
    const bool is_beside = looked_until != kNoTime && burst[i].from <= looked_until;
    if (!burst[i].by_timer || is_beside) continue;
    const std::size_t together = together_with(burst, i);
    most = std::max(most, together);
    if (together >= Incast::kFewest) looked_until = burst[i].from + apart(burst[i].round_trip);
  }
  return most;
}

// Of one receiver, in order of their beginning: how many stood still one over the other, or right behind.
std::size_t burst_at(Stood of_receiver, std::size_t begin) {
  TimeNs to = of_receiver[begin].to;
  std::size_t end = begin + 1;
  for (; end < of_receiver.size() && of_receiver[end].from <= to + apart(of_receiver[end].round_trip); ++end) {
    to = later(to, of_receiver[end].to);
  }
  return end - begin;
}

Incast incast_of(Stood burst, std::size_t together) {
  Incast incast;
  incast.point = burst.front().point;
  incast.receiver = burst.front().receiver;
  incast.from = burst.front().from;
  incast.together = together;
  for (const Standing& standing : burst) {
    incast.to = later(incast.to, standing.to);
    incast.stalled = incast.stalled + (standing.to - standing.from);
    incast.connections.push_back(standing.connection);
  }
  distinct(incast.connections);
  return incast;
}

void add_incasts(Stood of_receiver, std::vector<Incast>& incasts) {
  for (std::size_t begin = 0; begin < of_receiver.size();) {
    const Stood burst = of_receiver.subspan(begin, burst_at(of_receiver, begin));
    const std::size_t together = most_together(burst);
    // Where nothing told of what came behind a loss, nothing got through: the way was down, no queue was full.
    const bool some_passed = std::ranges::any_of(burst, &Standing::has_passed);
    if (together >= Incast::kFewest && some_passed) incasts.push_back(incast_of(burst, together));
    begin += burst.size();
  }
}

}  // namespace

std::vector<Incast> incasts_of(const std::vector<ConnectionSummary>& connections) {
  const std::vector<Standing> all = standing_of(connections);
  std::vector<Incast> incasts;
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin + 1;
    while (end < all.size() && has_one_receiver(all[begin], all[end])) ++end;
    add_incasts(Stood(all).subspan(begin, end - begin), incasts);
    begin = end;
  }
  std::ranges::sort(incasts, [](const Incast& a, const Incast& b) {
    return std::tie(a.from, a.point, a.receiver) < std::tie(b.from, b.point, b.receiver);
  });
  return incasts;
}

}  // namespace wirecause::tcp
