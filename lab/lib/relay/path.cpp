// A frame goes through the rules one after the other; each may end it, change it, make it wait or double it.
// SPDX-License-Identifier: Apache-2.0
#include "path.hpp"

#include <algorithm>
#include <cmath>

#include "change.hpp"

namespace lab {
namespace {

bool is_in(const Ranges& ranges, std::uint64_t value) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const auto& r) { return value >= r.first && value <= r.second; });
}

std::int64_t wire_time(std::uint64_t bytes, std::uint64_t bits_per_second) {
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(bytes) * 8e9 / static_cast<double>(bits_per_second)));
}

}  // namespace

Path::Path(Direction direction, const std::vector<Rule>& rules, Field field, std::uint64_t seed, Told told)
    : direction_(direction == Direction::up ? "up" : "down"), field_(field), told_(std::move(told)) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].direction != direction && rules[i].direction != Direction::both) continue;
    // Each rule draws from its own numbers: another rule beside it changes nothing.
    State state(rules[i], Random(seed * 1'000'003 + i * 2 + (direction == Direction::up ? 1 : 0)));
    state.is_on = rules[i].starts_on;
    state.tokens = static_cast<double>(rules[i].burst_bytes);
    states_.push_back(std::move(state));
  }
}

void Path::take(Bytes frame, std::int64_t now) { carry({std::move(frame), ++ordinal_, now}, 0); }

std::vector<Bytes> Path::leave(std::int64_t now) {
  release_late(now);
  std::vector<Bytes> leaving;
  while (!out_.empty() && out_.begin()->first.first <= now) {
    tell(nullptr, "pass", out_.begin()->second);
    leaving.push_back(std::move(out_.begin()->second.frame));
    out_.erase(out_.begin());
  }
  return leaving;
}

std::vector<Bytes> Path::replies() { return std::exchange(replies_, {}); }

std::optional<std::int64_t> Path::next_due() const {
  std::optional<std::int64_t> due;
  if (!out_.empty()) due = out_.begin()->first.first;
  for (const State& state : states_) {
    for (const Held& held : state.held) due = due ? std::min(*due, held.deadline) : held.deadline;
  }
  return due;
}

bool Path::turn(const std::string& name, bool is_on) {
  bool is_known = false;
  for (State& state : states_) {
    if (state.rule.name != name) continue;
    state.is_on = is_on;
    is_known = true;
  }
  return is_known;
}

void Path::tell(const State* state, const char* action, const Copy& copy) const {
  Deed deed{direction_,
            action,
            state == nullptr ? "" : state->rule.name,
            copy.ordinal,
            copy.due,
            &copy.frame,
            layout_of(copy.frame),
            std::nullopt};
  deed.number = number_in(copy.frame, deed.at, field_);
  told_(deed);
}

bool Path::is_meant(State& state, const Copy& copy, const Layout& at) {
  const Rule& rule = state.rule;
  if (rule.protocol != 0 && at.protocol != rule.protocol) return false;
  if (rule.port != 0 && at.source_port != rule.port && at.target_port != rule.port) return false;
  // What has to do with the feed's numbers counts the feed's datagrams alone, not ARP or IGMP beside them.
  if (!rule.choice.numbers.empty() && !number_in(copy.frame, at, field_)) return false;
  if (copy.frame.size() < rule.min_size || copy.frame.size() > rule.max_size) return false;
  if (state.first_ns < 0) state.first_ns = copy.due;
  ++state.seen;
  const std::int64_t age = copy.due - state.first_ns;
  return state.is_on && state.seen >= rule.from_ordinal && state.seen <= rule.to_ordinal && age >= rule.from_ns &&
         age < rule.to_ns;
}

bool Path::is_chosen(State& state, const Copy& copy, const Layout& at) {
  const Choice& choice = state.rule.choice;
  if (!choice.ordinals.empty()) return is_in(choice.ordinals, state.seen);
  if (!choice.numbers.empty()) {
    const auto number = number_in(copy.frame, at, field_);
    return number && is_in(choice.numbers, *number);
  }
  if (choice.every != 0) return state.seen >= choice.every && state.seen % choice.every < choice.run;
  if (choice.probability >= 0) return state.random.happens(choice.probability);
  if (choice.is_gilbert) {
    if (state.random.happens(state.is_bad ? choice.to_good : choice.to_bad)) state.is_bad = !state.is_bad;
    return state.is_bad && state.random.happens(choice.bad_loss);
  }
  return true;
}

bool Path::is_over_queue(State& state, Copy& copy) {
  while (!state.queue.empty() && state.queue.front().departure <= copy.due) {
    state.queued_bytes -= state.queue.front().bytes;
    state.queue.pop_front();
  }
  const std::uint64_t bytes = copy.frame.size();
  if (state.queue.size() >= state.rule.queue_packets || state.queued_bytes + bytes > state.rule.queue_bytes)
    return true;
  state.busy_until = std::max(state.busy_until, copy.due) + wire_time(bytes, state.rule.bits_per_second);
  copy.due = state.busy_until;
  state.queue.push_back({copy.due, bytes});
  state.queued_bytes += bytes;
  return false;
}

bool Path::is_dropped(State& state, Copy& copy, const Layout& at) {
  const Rule& rule = state.rule;
  switch (rule.action) {
    case Action::loss:
    case Action::block:
      return true;
    case Action::rate:
      return is_over_queue(state, copy);
    case Action::police: {
      const double passed_ns = state.filled_ns < 0 ? 0 : static_cast<double>(copy.due - state.filled_ns);
      state.filled_ns = copy.due;
      state.tokens = std::min(static_cast<double>(rule.burst_bytes),
                              state.tokens + passed_ns * static_cast<double>(rule.bits_per_second) / 8e9);
      if (state.tokens < static_cast<double>(copy.frame.size())) return true;
      state.tokens -= static_cast<double>(copy.frame.size());
      return false;
    }
    case Action::mtu:
      if (at.network == 0 || at.end - at.network <= rule.mtu) return false;
      if (rule.tells_by_icmp) replies_.push_back(too_big_reply(copy.frame, at, static_cast<std::uint32_t>(rule.mtu)));
      return true;
    default:
      return false;
  }
}

void Path::change(State& state, Copy& copy, const Layout& at) {
  const Rule& rule = state.rule;
  bool is_changed = false;
  if (rule.action == Action::delay) {
    std::int64_t delay = rule.delay_ns;
    if (rule.jitter_ns > 0)
      delay += static_cast<std::int64_t>(state.random.unit() * static_cast<double>(rule.jitter_ns));
    copy.due += delay;
    if (rule.keeps_order) copy.due = std::max(copy.due, state.last_due);
    state.last_due = std::max(state.last_due, copy.due);
    return;
  }
  if (rule.action == Action::corrupt) is_changed = flip_bit(copy.frame, at, rule);
  if (rule.action == Action::ttl) is_changed = rewrite_ttl(copy.frame, at, rule);
  if (rule.action == Action::strip) is_changed = strip_options(copy.frame, at, rule);
  if (is_changed) tell(&state, name_of(rule.action).c_str(), copy);
}

void Path::hold(State& state, Copy copy, std::size_t at) {
  if (is_chosen(state, copy, layout_of(copy.frame))) {
    tell(&state, "reorder", copy);
    const std::int64_t deadline = copy.due + state.rule.hold_ns;
    state.held.push_back({std::move(copy), state.rule.behind, deadline});
    return;
  }
  std::vector<Copy> free;
  for (Held& held : state.held) {
    if (--held.left != 0) continue;
    held.copy.due = std::max(held.copy.due, copy.due);
    free.push_back(std::move(held.copy));
  }
  std::erase_if(state.held, [](const Held& held) { return held.left == 0; });
  carry(std::move(copy), at + 1);
  for (Copy& one : free) carry(std::move(one), at + 1);
}

void Path::release_late(std::int64_t now) {
  for (std::size_t i = 0; i < states_.size(); ++i) {
    auto& held = states_[i].held;
    const auto late = std::stable_partition(held.begin(), held.end(), [&](const Held& h) { return h.deadline > now; });
    std::vector<Held> free(std::make_move_iterator(late), std::make_move_iterator(held.end()));
    held.erase(late, held.end());
    for (Held& one : free) {
      one.copy.due = one.deadline;
      carry(std::move(one.copy), i + 1);
    }
  }
}

void Path::carry(Copy copy, std::size_t from) {
  for (std::size_t i = from; i < states_.size(); ++i) {
    State& state = states_[i];
    const Layout at = layout_of(copy.frame);
    if (!is_meant(state, copy, at)) continue;
    if (state.rule.action == Action::reorder) return hold(state, std::move(copy), i);
    if (!is_chosen(state, copy, at)) continue;
    if (is_dropped(state, copy, at)) return tell(&state, name_of(state.rule.action).c_str(), copy);
    if (state.rule.action == Action::duplicate) {
      tell(&state, "duplicate", copy);
      for (std::uint64_t n = 1; n <= state.rule.copies; ++n) {
        Copy twin = copy;
        twin.due += state.rule.gap_ns * static_cast<std::int64_t>(n);
        if (n == 1) carry(copy, i + 1);
        carry(std::move(twin), i + 1);
      }
      return;
    }
    change(state, copy, at);
  }
  const auto key = std::make_pair(copy.due, ++out_count_);
  out_.emplace(key, std::move(copy));
}

}  // namespace lab
