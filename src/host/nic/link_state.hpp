// What an RTM_NEWLINK message says of an interface: carrier, operational state, MTU, how often the carrier changed, and
// the XDP program on it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "host/kernel/netlink_channel.hpp"

namespace wirecause {

struct LinkState {
  std::uint32_t index = 0;
  std::string name;
  std::optional<bool> carrier;
  std::string operstate;  // "up", "down", "lowerlayerdown" as /sys/class/net/IF/operstate has it; empty: not said
  std::optional<std::int64_t> mtu;
  std::optional<std::int64_t> carrier_changes;
  std::optional<std::int64_t> carrier_up_count;
  std::optional<std::int64_t> carrier_down_count;
  std::string_view xdp_mode;  // "native", "generic", "offload", "several"; empty: no program, or not said
  std::optional<std::uint32_t> xdp_program;  // id; nothing: not said. 0: none
};

// Of the body of an RTM_NEWLINK (or RTM_DELLINK) message; nothing: it is cut.
std::optional<LinkState> link_state(std::span<const std::byte> body);

// Asks the kernel about one interface. Errors: not_found, io.
Result<LinkState> read_link_state(NetlinkChannel& channel, std::uint32_t index);

}  // namespace wirecause
