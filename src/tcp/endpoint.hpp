// One end of a connection.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

#include "base/address.hpp"
#include "base/bytes.hpp"

namespace wirecause::tcp {

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
  // Without a branch: compared for every segment.
  bool operator==(const Endpoint& other) const noexcept {
    const auto differing_bits = [&](std::size_t at) {
      return detail::load<std::uint64_t>(address.bytes().data() + at) ^
             detail::load<std::uint64_t>(other.address.bytes().data() + at);
    };
    return (differing_bits(0) | differing_bits(8) | static_cast<std::uint64_t>(port ^ other.port)) == 0;
  }
  auto operator<=>(const Endpoint&) const = default;
};

}  // namespace wirecause::tcp
