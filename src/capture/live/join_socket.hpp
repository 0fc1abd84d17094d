// The socket of --join: bound to group and port and joined as an application does it, with the options that tell when a
// datagram came, over which hop limit, and how many were dropped.
//
// Beside the application, not in its way: SO_REUSEADDR shares a group, every socket gets a copy. A unicast datagram goes to
// one socket only, so a unicast address is not shared: where the application holds it, opening fails.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/live/hardware_clock.hpp"
#include "capture/live/live_source.hpp"
#include "capture/live/socket.hpp"

namespace wirecause {

struct JoinSocket {
  Socket socket;
  int interface_index = 0;                        // 0: none was named
  std::optional<HardwareClock> hardware_clock{};  // the interface stamps every packet by that
  std::vector<std::string> remarks;               // where the kernel gave less than was asked for
};

// Errors: not_found (interface), permission, io (bind or join refused: says why).
Result<JoinSocket> open_join_socket(const JoinOptions& options);

}  // namespace wirecause
