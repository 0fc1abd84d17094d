// UDP sockets of this network namespace through sock_diag, with their queue, buffer and drops (SK_MEMINFO).
//
// A dump lists all (151 us at 1 000 sockets); a followed socket is read alone (about 2 us). Times are the caller's.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/address.hpp"
#include "base/result.hpp"
#include "host/availability.hpp"

namespace wirecause {

struct UdpSocket {
  std::uint64_t cookie = 0;  // given by the kernel at the first dump, for the socket's life
  std::uint64_t inode = 0;   // 0: closed by its owner, still in the table
  IpAddress local;           // unspecified (all zero): any. IPv4 sockets as mapped addresses
  bool is_v6 = false;
  std::uint16_t local_port = 0;
  IpAddress remote;
  std::uint16_t remote_port = 0;   // 0: not connected
  std::uint32_t interface = 0;     // SO_BINDTODEVICE; 0: any
  std::uint32_t queue_bytes = 0;   // sk_rmem_alloc: truesize of what waits
  std::uint32_t buffer_bytes = 0;  // sk_rcvbuf: what SO_RCVBUF shows (already doubled)
  std::uint64_t drops = 0;         // sk_drops since the socket was made (32 bits in the kernel)
};

class UdpSockets {
 public:
  virtual ~UdpSockets() = default;
  virtual Result<std::vector<UdpSocket>> dump() = 0;
  // The same socket again; nothing: it is gone.
  virtual Result<std::optional<UdpSocket>> read(const UdpSocket& known) = 0;
  // All of them again, in their order: sockets that share an address cost one listing together, not one each.
  virtual Result<std::vector<std::optional<UdpSocket>>> read_all(std::span<const UdpSocket> known) {
    std::vector<std::optional<UdpSocket>> sockets;
    for (const UdpSocket& one : known) {
      auto again = read(one);
      if (!again) return tl::unexpected(std::move(again).error());
      sockets.push_back(std::move(*again));
    }
    return sockets;
  }
};

Availability udp_sockets_availability();
Result<std::unique_ptr<UdpSockets>> open_udp_sockets();

}  // namespace wirecause
