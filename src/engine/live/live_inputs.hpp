// What the inputs of a live run are: position = input of their packets.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/front.hpp"

namespace wirecause {

struct LiveInput {
  std::string interface;
  std::uint32_t ifindex = 0;
  std::uint32_t subject = 0;       // Subject{interface, ...}: position among the followed interfaces
  std::uint64_t joined_by_us = 0;  // cookie of the socket of --join; 0: a tap
  bool is_tap() const { return joined_by_us == 0; }
};

// The input that a line was seen at.
inline std::uint32_t input_of(const Front& front, const Line& line) {
  return front.points().all()[line.key.point].sources.front().first;
}

}  // namespace wirecause
