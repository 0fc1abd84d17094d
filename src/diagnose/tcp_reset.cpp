// SPDX-License-Identifier: Apache-2.0
#include "diagnose/tcp_reset.hpp"

#include <array>

namespace wirecause {
namespace {

constexpr std::array<std::uint64_t, 4> kFirstValues{32, 64, 128, 255};
constexpr std::uint64_t kMostHops = 31;      // longer ways are not seen in practice
constexpr std::uint64_t kFewestPackets = 2;  // one packet has no pattern

bool may_have_come(std::uint64_t ttl, std::uint64_t hops) {
  for (const std::uint64_t first : kFirstValues) {
    if (first >= ttl && first - ttl == hops) return true;
  }
  return false;
}

bool may_have_come_as_far(std::uint64_t ttl, std::uint64_t other) {
  for (std::uint64_t hops = 0; hops <= kMostHops; ++hops) {
    if (may_have_come(ttl, hops) && may_have_come(other, hops)) return true;
  }
  return false;
}

TtlEvidence compared(const TcpCase& tcp) {
  const auto ttl = tcp.count("tcp.reset_ttl");
  const auto least = tcp.count("tcp.ttl_least");
  const auto most = tcp.count("tcp.ttl_most");
  const auto packets = tcp.count("tcp.ttl_packets");
  if (!ttl || !least || !most || !packets || *packets < kFewestPackets) return TtlEvidence::unknown;
  if (*ttl == *least || *ttl == *most) return TtlEvidence::same;
  if (*least != *most || may_have_come_as_far(*ttl, *least)) return TtlEvidence::unclear;
  return TtlEvidence::foreign;
}

}  // namespace

TcpReset::TcpReset(const TcpCase& tcp)
    : bare_(tcp.count("tcp.reset_bare")),
      fin_by_resetter_(tcp.count("tcp.reset_fin_by_resetter")),
      went_on_(tcp.count("tcp.reset_went_on")),
      tries_(tcp.count("tcp.reset_tries")),
      silence_(tcp.count("tcp.reset_silence")),
      hops_(compared(tcp)) {}

}  // namespace wirecause
