// What the kernel says of a network interface: its number, what its frames begin with, whether its packets are stamped by
// the hardware. Every question goes through a socket that is open already, so that it is asked in the network namespace
// of that socket, and needs no privilege. Nothing is changed: SIOCSHWTSTAMP is never used.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "capture/live/socket.hpp"
#include "packet/packet_view.hpp"

namespace wirecause {

// Errors: not_found (says which interfaces there are).
Result<int> interface_index(const Socket& socket, const std::string& name);
// Nothing when there is no such interface any more.
std::optional<std::string> interface_name(const Socket& socket, int index);

// ethernet for Ethernet and loopback, raw for devices whose packets begin with the IP header (tun, IP in IP). Errors:
// unsupported (says of what type it is).
Result<LinkType> interface_link_type(const Socket& socket, const std::string& name);
// The same of an ARPHRD_ number (linux/if_arp.h).
std::optional<LinkType> link_type_of_hardware(std::uint16_t hardware_type);

// Whether the hardware stamps every packet that it receives, as somebody has set it (SIOCGHWTSTAMP, rx_filter ALL). A
// filter for PTP only does not count: the others would be stamped by another clock.
bool are_all_stamped_by_hardware(const Socket& socket, const std::string& name);

}  // namespace wirecause
