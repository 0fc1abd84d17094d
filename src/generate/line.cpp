// SPDX-License-Identifier: Apache-2.0
#include "generate/line.hpp"

#include <algorithm>

namespace wirecause::generate {
namespace {

constexpr std::uint64_t kSkewDraws = 0x10;
constexpr std::uint64_t kFaultDraws = 0x100;
constexpr std::uint64_t kEveryLine = 0xff;
constexpr DurationNs kSpacing = nanoseconds(100);  // a small frame takes about 100 ns at 10 Gb/s

}  // namespace

Line::Line(const FeedPlan& plan, std::uint32_t feed, std::uint32_t line, std::uint64_t seed)
    : plan_(plan), feed_(feed), line_(line), skew_(seed, kSkewDraws, line) {
  for (std::size_t i = 0; i < plan.faults.size(); ++i) {
    const Fault& fault = plan.faults[i];
    if ((fault.feed && *fault.feed != feed) || (fault.line && *fault.line != line)) continue;
    const std::uint64_t part = fault.same_packets ? kEveryLine : line;
    faults_.push_back(
        {&fault, PatternWalk(fault.pattern, Chance(seed, kFaultDraws + i, part), fault.kind == Fault::Kind::outage)});
  }
}

bool Line::carry(const Published& published, std::vector<Arrival>& out) {
  const Effect effect = effect_on(published);
  Arrival arrival = arrival_of(published);
  if (effect.lost) {
    ++lost_;
    return false;
  }
  if (effect.behind > 0) {
    held_.push_back({arrival, effect.behind});
    return true;
  }
  if (effect.delay.ns > 0) {
    arrival.time = arrival.time + effect.delay;
    out.push_back(arrival);
  } else {
    arrive_in_order(arrival, out);
    arrival.time = last_arrival_;
    overtaken(out);
  }
  if (effect.duplicate != nullptr) {
    for (std::uint32_t i = 0; i < effect.duplicate->copies; ++i) {
      arrival.time = arrival.time + effect.duplicate->delay;
      out.push_back(arrival);
    }
  }
  return true;
}

void Line::carry_again(const Published& published, std::vector<Arrival>& out) { out.push_back(arrival_of(published)); }

void Line::release_all(std::vector<Arrival>& out) {
  for (const Held& held : held_) arrive_in_order(held.arrival, out);
  held_.clear();
}

Line::Effect Line::effect_on(const Published& published) {
  Effect effect;
  for (ActiveFault& active : faults_) {
    const Fault& fault = *active.fault;
    // Every walk sees every packet: bursts count on.
    if (!active.walk.hits(published, plan_.packets)) continue;
    switch (fault.kind) {
      case Fault::Kind::outage:
        effect.lost = true;
        break;
      case Fault::Kind::lose:
        effect.lost |= published.kind == PublishedKind::data;
        break;
      case Fault::Kind::reorder:
        if (fault.delay.ns > 0)
          effect.delay = fault.delay;
        else
          effect.behind = fault.by;
        break;
      case Fault::Kind::late:
        effect.delay = fault.delay;
        break;
      case Fault::Kind::duplicate:
        effect.duplicate = &fault;
        break;
    }
  }
  return effect;
}

// Where the packet would arrive if nothing happened to it on the way.
Arrival Line::arrival_of(const Published& published) {
  const auto range = static_cast<std::uint64_t>(plan_.skew_jitter.ns) + 1;
  const auto drawn = static_cast<std::int64_t>(skew_.below(published.serial, range));
  ++sent_;
  return {.published = published,
          .time = published.release + DurationNs{plan_.skew.ns * line_ + drawn},
          .feed = feed_,
          .line = line_,
          .ip_id = next_ip_id_++};
}

void Line::arrive_in_order(Arrival arrival, std::vector<Arrival>& out) {
  arrival.time = std::max(arrival.time, last_arrival_ + kSpacing);
  last_arrival_ = arrival.time;
  out.push_back(arrival);
}

void Line::overtaken(std::vector<Arrival>& out) {
  for (Held& held : held_) {
    if (--held.left == 0) arrive_in_order(held.arrival, out);
  }
  std::erase_if(held_, [](const Held& held) { return held.left == 0; });
}

}  // namespace wirecause::generate
