// One direction through the relay: frames go in with a time, and come out later, changed, twice or never, as the rules say.
// No sockets and no clock: the same frames, times and seed give the same result.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frame.hpp"
#include "random.hpp"
#include "rule.hpp"

namespace lab {

// What was done to a frame, for the journal.
struct Deed {
  const char* direction = "";
  std::string action;         // of the rule: "loss"; "rate" and "police" only where they dropped; "pass": it left
  std::string rule;           // its name; empty for "pass"
  std::uint64_t ordinal = 0;  // of the frame in this direction, from 1
  std::int64_t time_ns = 0;
  const Bytes* frame = nullptr;
  Layout at;
  std::optional<std::uint64_t> number;
};

class Path {
 public:
  using Told = std::function<void(const Deed&)>;

  // Takes those of the rules that hold in this direction (down or up).
  Path(Direction direction, const std::vector<Rule>& rules, Field field, std::uint64_t seed, Told told);

  void take(Bytes frame, std::int64_t now);
  std::vector<Bytes> leave(std::int64_t now);      // in the order of leaving
  std::vector<Bytes> replies();                    // ICMP to the side that the frames came from; empties the list
  std::optional<std::int64_t> next_due() const;    // nothing: nobody waits
  bool turn(const std::string& name, bool is_on);  // false: no rule with this name here

 private:
  struct Copy {
    Bytes frame;
    std::uint64_t ordinal = 0;
    std::int64_t due = 0;
  };
  struct Held {
    Copy copy;
    std::uint64_t left = 0;  // frames that still have to pass
    std::int64_t deadline = 0;
  };
  struct Waiting {
    std::int64_t departure = 0;
    std::uint64_t bytes = 0;
  };
  struct State {
    State(Rule r, Random draws) : rule(std::move(r)), random(draws) {}
    Rule rule;
    Random random;
    bool is_on = true;
    bool is_bad = false;  // Gilbert-Elliott
    std::uint64_t seen = 0;
    std::int64_t first_ns = -1;
    std::int64_t last_due = 0;    // delay
    std::int64_t busy_until = 0;  // rate
    std::deque<Waiting> queue;    // rate
    std::uint64_t queued_bytes = 0;
    double tokens = 0;  // police, bytes
    std::int64_t filled_ns = -1;
    std::vector<Held> held;  // reorder
  };

  void carry(Copy copy, std::size_t from);
  bool is_meant(State& state, const Copy& copy, const Layout& at);
  bool is_chosen(State& state, const Copy& copy, const Layout& at);
  void tell(const State* state, const char* action, const Copy& copy) const;
  bool is_dropped(State& state, Copy& copy, const Layout& at);  // loss, block, police, mtu, rate; rate also delays
  bool is_over_queue(State& state, Copy& copy);
  void change(State& state, Copy& copy, const Layout& at);  // delay, corrupt, ttl, strip
  void hold(State& state, Copy copy, std::size_t at);
  void release_late(std::int64_t now);

  const char* direction_;
  Field field_;
  Told told_;
  std::vector<State> states_;
  std::map<std::pair<std::int64_t, std::uint64_t>, Copy> out_;
  std::uint64_t out_count_ = 0;
  std::uint64_t ordinal_ = 0;
  std::vector<Bytes> replies_;
};

}  // namespace lab
