// One rule of the relay as it is written: "down loss numbers=2001-2020 name=first". README.md of this folder has all of it.
// A word that is not understood is an error: a scenario that asks for something must not silently get something else.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "frame.hpp"

namespace lab {

struct BadRule : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Action : std::uint8_t { loss, block, delay, reorder, duplicate, corrupt, rate, police, ttl, strip, mtu };
enum class Direction : std::uint8_t { down, up, both };

using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;  // [first, last]

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

// Which packets, among those that may be meant at all.
struct Choice {
  Ranges ordinals;  // of those that may be meant, from 1
  Ranges numbers;   // of the feed
  std::uint64_t every = 0;
  std::uint64_t run = 1;  // with every: so many in a row
  double probability = -1;
  double to_bad = 0;  // Gilbert-Elliott
  double to_good = 0;
  double bad_loss = 0;
  bool is_gilbert = false;
};

struct Rule {
  Action action = Action::loss;
  Direction direction = Direction::down;
  std::string name;
  // May be meant:
  std::uint8_t protocol = 0;  // 0: any
  std::uint16_t port = 0;     // source or target; 0: any
  std::uint64_t min_size = 0;
  std::uint64_t max_size = kNoLimit;
  std::uint64_t from_ordinal = 1;
  std::uint64_t to_ordinal = kNoLimit;
  std::int64_t from_ns = 0;  // since the first packet that may be meant
  std::int64_t to_ns = std::numeric_limits<std::int64_t>::max();
  bool starts_on = true;  // else "on NAME" on stdin begins it
  Choice choice;
  // What is done:
  std::int64_t delay_ns = 0;
  std::int64_t jitter_ns = 0;
  bool keeps_order = true;
  std::uint64_t behind = 1;              // reorder: so many pass before it
  std::int64_t hold_ns = 1'000'000'000;  // reorder: not longer than that
  std::int64_t gap_ns = 0;               // duplicate
  std::uint64_t copies = 1;              // duplicate
  std::uint64_t offset = 0;              // corrupt: into the payload
  std::uint64_t bit = 0;
  bool fixes_checksum = false;
  std::uint64_t bits_per_second = 0;
  std::uint64_t queue_packets = kNoLimit;
  std::uint64_t queue_bytes = kNoLimit;
  std::uint64_t burst_bytes = 0;
  int ttl_set = -1;
  int ttl_decrement = 0;
  bool strips_sack = false;
  bool strips_timestamps = false;
  bool strips_wscale = false;
  std::uint64_t mtu = 0;  // bytes of the IP packet
  bool tells_by_icmp = true;
};

Rule rule_of(const std::string& text);    // throws BadRule
Field field_of(const std::string& text);  // "10,8,big"; throws BadRule
std::string name_of(Action action);

}  // namespace lab
