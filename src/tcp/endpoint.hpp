// One end of a connection.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

#include "base/address.hpp"

namespace wirecause::tcp {

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
  // Without a branch: compared for every segment.
  bool operator==(const Endpoint& other) const {
    return (static_cast<unsigned>(address == other.address) & static_cast<unsigned>(port == other.port)) != 0;
  }
  auto operator<=>(const Endpoint&) const = default;
};

}  // namespace wirecause::tcp
