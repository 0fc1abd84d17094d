// The ordered checkpoints of a datagram's way through this host (DESIGN D10), and what was counted at each: `path[]`.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wirecause {

// In the order in which the kernel passes them. The tap lies between backlog and tc: what is dropped before it leaves a
// hole in what the tap saw, what is dropped behind it was seen.
enum class Checkpoint : std::uint8_t { nic, xdp, backlog, tap, tc, netfilter, ip, udp, socket, read };

inline constexpr std::array kCheckpoints{
    Checkpoint::nic,       Checkpoint::xdp, Checkpoint::backlog, Checkpoint::tap,    Checkpoint::tc,
    Checkpoint::netfilter, Checkpoint::ip,  Checkpoint::udp,     Checkpoint::socket, Checkpoint::read};

inline constexpr bool is_before_tap(Checkpoint at) { return at < Checkpoint::tap; }

std::string_view text(Checkpoint at);  // "backlog"

// How a count was obtained; `unknown` has no count. Never zero for what nobody looked at (DESIGN D11).
enum class Obtained : std::uint8_t { counted, derived, unknown };

std::string_view text(Obtained how);  // "counted"

// One checkpoint of one feed's way through this host.
struct PathPoint {
  Checkpoint at = Checkpoint::tap;
  std::string feed;                      // name
  std::optional<std::uint64_t> passed;   // datagrams that went on from here
  std::optional<std::uint64_t> dropped;  // datagrams that ended here
  Obtained how = Obtained::unknown;
  std::string source;  // "AF_PACKET tap eth0", "skb:kfree_skb", "sock_diag drops"
};

}  // namespace wirecause
