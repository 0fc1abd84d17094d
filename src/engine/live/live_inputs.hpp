// What the inputs of a live run are: position = input of their packets.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/front.hpp"
#include "host/nic/upper_devices.hpp"

namespace wirecause {

struct LiveInput {
  std::string interface;
  std::uint32_t ifindex = 0;
  std::uint32_t subject = 0;          // Subject{interface, ...}: position among the followed interfaces
  std::uint64_t joined_by_us = 0;     // cookie of the socket of --join; 0: a tap
  std::vector<UpperDevice> uppers{};  // that stand on it and are not tapped themselves, as they were at the start
  bool is_tap() const { return joined_by_us == 0; }
  // Whether what came in here with that tag (kNoVlan: none) reaches sockets and rules by the interface of that index.
  bool brings_to(std::uint32_t index, std::uint16_t vlan) const {
    if (index == ifindex) return true;
    return std::any_of(uppers.begin(), uppers.end(), [&](const UpperDevice& upper) {
      return upper.ifindex == index && upper.vlan.value_or(kNoVlan) == vlan;
    });
  }
  bool carries(std::uint32_t index) const {
    return index == ifindex || std::any_of(uppers.begin(), uppers.end(),
                                           [index](const UpperDevice& upper) { return upper.ifindex == index; });
  }
};

// The input that a line was seen at.
inline std::uint32_t input_of(const Front& front, const Line& line) {
  return front.points().all()[line.key.point].sources.front().first;
}

}  // namespace wirecause
