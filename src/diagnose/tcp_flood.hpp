// Whether a server's attempts look like a flood: many that never came about, few that did.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "diagnose/sums.hpp"
#include "diagnose/tcp_case.hpp"

namespace wirecause {

// Nothing: attempts were not counted.
inline std::optional<bool> is_flood(const TcpCase& tcp) {
  constexpr std::uint64_t kMany = 64;          // a client that tries again and again makes a handful
  constexpr std::uint64_t kPerConnection = 8;  // attempts that fail for each that succeeds
  const auto half_open = tcp.count("tcp.half_open");
  const auto single = tcp.count("tcp.single_syns");
  const auto opened = tcp.count("tcp.opened");
  if (!half_open || !single || !opened) return std::nullopt;
  const std::uint64_t failed = capped_sum(*half_open, *single);
  return failed >= kMany && failed >= capped_product(kPerConnection, *opened);
}

}  // namespace wirecause
