// SPDX-License-Identifier: Apache-2.0
#include "capture/live/join_socket.hpp"

#include <fmt/format.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/errno.hpp"
#include "capture/live/interface.hpp"

// Since Linux 4.20; the C library of Debian 12 has only the one of IPv4.
#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif

namespace wirecause {
namespace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
  const sockaddr* get() const { return static_cast<const sockaddr*>(static_cast<const void*>(&storage)); }
};

SocketAddress socket_address(const IpAddress& address, std::uint16_t port, int interface) {
  SocketAddress made;
  if (address.is_v4()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    in.sin_addr.s_addr = htonl(address.v4_host_order());
    std::memcpy(&made.storage, &in, sizeof in);
    made.length = sizeof in;
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port);
    std::copy_n(address.bytes().begin(), 16, static_cast<std::byte*>(static_cast<void*>(&in.sin6_addr)));
    in.sin6_scope_id = static_cast<std::uint32_t>(interface);
    std::memcpy(&made.storage, &in, sizeof in);
    made.length = sizeof in;
  }
  return made;
}

bool is_link_local(const IpAddress& address) {
  const auto& bytes = address.bytes();
  const auto low = [&](std::byte mask) { return bytes[1] & mask; };
  return (bytes[0] == std::byte{0xff} && low(std::byte{0x0f}) == std::byte{0x02}) ||
         (bytes[0] == std::byte{0xfe} && low(std::byte{0xc0}) == std::byte{0x80});
}

Result<void> bind_to(const Socket& socket, const JoinOptions& options, int interface) {
  const SocketAddress address =
      socket_address(options.group, options.port, is_link_local(options.group) ? interface : 0);
  if (::bind(socket.descriptor(), address.get(), address.length) == 0) return {};
  const std::string what = "bind to " + endpoint_text(options.group, options.port);
  if (errno == EADDRINUSE && options.group.is_multicast()) {
    return system_failure(what, errno,
                          "another socket holds the port without SO_REUSEADDR: use the passive tap instead");
  }
  if (errno == EADDRINUSE) {
    return system_failure(what, errno, "a unicast datagram goes to one socket only: use the passive tap instead");
  }
  return system_failure(what, errno, errno == EADDRNOTAVAIL ? "no interface has this address" : "");
}

std::string_view why_not_joined(int error, bool has_interface) {
  switch (error) {
    case ENODEV:
      return has_interface ? "the interface has no address of this family" : "no route to the group: name an interface";
    case ENOBUFS:
      return "raise net.ipv4.igmp_max_memberships";
    case EINVAL:
      return has_interface ? "the interface cannot receive multicast" : "name an interface";
    default:
      return "";
  }
}

Result<void> join_group(const Socket& socket, const JoinOptions& options, int interface) {
  const bool is_v4 = options.group.is_v4();
  // Else a socket receives what any other socket of the host has joined on any interface.
  (void)(is_v4 ? socket.set(IPPROTO_IP, IP_MULTICAST_ALL, 0) : socket.set(IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0));
  group_req request{};
  request.gr_interface = static_cast<std::uint32_t>(interface);
  const SocketAddress group = socket_address(options.group, 0, 0);
  std::memcpy(&request.gr_group, &group.storage, sizeof request.gr_group);
  if (socket.set(is_v4 ? IPPROTO_IP : IPPROTO_IPV6, MCAST_JOIN_GROUP, request)) return {};
  const int error = errno;
  const std::string on = options.interface.empty() ? "" : " on " + options.interface;
  return system_failure("join " + options.group.text() + on, error, why_not_joined(error, interface != 0));
}

std::string buffer_remark(std::uint32_t asked, std::uint32_t got) {
  return fmt::format("SO_RCVBUF: {} bytes were asked for, the kernel gave {}: raise net.core.rmem_max to {}", asked,
                     got / 2, asked);
}

Result<void> set_options(JoinSocket& opened, const JoinOptions& options) {
  const Socket& socket = opened.socket;
  const bool is_v4 = options.group.is_v4();
  (void)(is_v4 ? socket.set(IPPROTO_IP, IP_RECVTTL, 1) : socket.set(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1));
  (void)socket.set(SOL_SOCKET, SO_RXQ_OVFL, 1);
  unsigned stamps = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
  if (opened.hardware_clock) stamps |= SOF_TIMESTAMPING_RAW_HARDWARE;
  if (!socket.set(SOL_SOCKET, SO_TIMESTAMPING, stamps)) return system_failure("ask for time stamps", errno);
  // The kernel begins to stamp some time after it was asked to (net_enable_timestamp() defers it). What comes before that has
  // the time at which it is read, but only where SO_TIMESTAMPNS is set too (__sock_recv_timestamp()).
  (void)socket.set(SOL_SOCKET, SO_TIMESTAMPNS, 1);
  if (options.buffer_bytes) {
    const std::uint32_t asked = std::min<std::uint32_t>(*options.buffer_bytes, 1U << 30U);
    (void)socket.set(SOL_SOCKET, SO_RCVBUF, asked);
    // The kernel doubles what it was given, for its own bookkeeping (socket(7)).
    const std::uint32_t got = socket.get<std::uint32_t>(SOL_SOCKET, SO_RCVBUF).value_or(0);
    if (got / 2 < asked) opened.remarks.push_back(buffer_remark(asked, got));
  }
  if (options.busy_poll_us && !socket.set(SOL_SOCKET, SO_BUSY_POLL, *options.busy_poll_us)) {
    return system_failure(fmt::format("busy-poll for {} us", *options.busy_poll_us), errno, "it takes CAP_NET_ADMIN");
  }
  return {};
}

}  // namespace

Result<JoinSocket> open_join_socket(const JoinOptions& options) {
  const int family = options.group.is_v4() ? AF_INET : AF_INET6;
  JoinSocket opened{Socket(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)), 0, {}, {}};
  if (!opened.socket.is_open()) return system_failure("open a UDP socket", errno);
  if (!options.interface.empty()) {
    WC_TRY_ASSIGN(opened.interface_index, interface_index(opened.socket, options.interface));
    if (are_all_stamped_by_hardware(opened.socket, options.interface)) {
      opened.hardware_clock = HardwareClock::open(opened.socket, options.interface);
    }
  }
  // Before it is bound, so that the first datagram has its stamp and finds the buffer.
  WC_TRY(set_options(opened, options));
  if (options.group.is_multicast()) (void)opened.socket.set(SOL_SOCKET, SO_REUSEADDR, 1);
  if (family == AF_INET6) (void)opened.socket.set(IPPROTO_IPV6, IPV6_V6ONLY, 1);
  WC_TRY(bind_to(opened.socket, options, opened.interface_index));
  if (options.group.is_multicast()) WC_TRY(join_group(opened.socket, options, opened.interface_index));
  return opened;
}

}  // namespace wirecause
