// The places where units of followed lines ended, each named once: a checkpoint, the kernel's reason, and its function.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "evidence/path.hpp"

namespace wirecause {

struct DropPlace {
  Checkpoint at = Checkpoint::socket;
  std::string reason;     // "SKB_DROP_REASON_SOCKET_RCVBUFF"; empty: by counter
  std::string symbol;     // kernel function
  std::string elsewhere;  // dropped in another namespace: "netns pub, veth0"; empty: in ours
  bool socket_is_known = false;
  std::string step_down;  // why the certainty is less than the best
  auto operator<=>(const DropPlace&) const = default;
};

// "socket: SKB_DROP_REASON_SOCKET_RCVBUFF"
std::string text(const DropPlace& place);

class DropPlaces {
 public:
  // Reasons times functions of a kernel: a few. Beyond it the last one stands for the rest.
  static constexpr std::size_t kMax = 4'096;

  std::uint32_t id_of(const DropPlace& place);
  const DropPlace& at(std::uint32_t id) const { return places_[id]; }

 private:
  std::map<DropPlace, std::uint32_t> ids_;
  std::vector<DropPlace> places_;
};

}  // namespace wirecause
