// What NETLINK_SOCK_DIAG says of one UDP socket, as plain bytes: no socket here, so that every length can be tried.
//
// struct inet_diag_msg and INET_DIAG_SKMEMINFO (linux/inet_diag.h, linux/sock_diag.h), filled by inet_sk_diag_fill()
// (net/ipv4/inet_diag.c). Attributes are taken as long as the kernel sent them: newer kernels send more words, older ones
// fewer. Called by host/sockets/udp_sockets.cpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/inet_diag.h>
#include <linux/netlink.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "host/sockets/udp_sockets.hpp"

namespace wirecause {

struct UdpDiagRequest {
  nlmsghdr header;
  inet_diag_req_v2 body;
};

// All sockets of a family; of one local port only where `port` is not 0 (the kernel filters).
UdpDiagRequest dump_request(std::uint8_t family, std::uint16_t port);
// The socket that a datagram for `known` would be given to, when its cookie is the same: ESTALE else, ENOENT when nobody is
// bound there.
UdpDiagRequest exact_request(const UdpSocket& known);

// The payload of a message of type SOCK_DIAG_BY_FAMILY; nothing: cut before its fixed part ends, or of another family.
// Words that a cut or absent SKMEMINFO does not hold stay 0.
std::optional<UdpSocket> parse_udp_diag(std::span<const std::byte> payload);

}  // namespace wirecause
