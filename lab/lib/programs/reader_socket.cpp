// SO_MEMINFO: net/core/sock.c sk_get_meminfo(); its indices are linux/sock_diag.h.
// SPDX-License-Identifier: Apache-2.0
#include "reader_socket.hpp"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>

#include "words.hpp"

#ifndef IP_MULTICAST_ALL
#define IP_MULTICAST_ALL 49
#endif

namespace lab {
namespace {

constexpr const char* kMe = "lab_consumer";

void require(bool is_done, const std::string& what) {
  if (!is_done) give_up(kMe, what + ": " + std::strerror(errno));
}

in_addr address_of(const std::string& text) {
  in_addr address{};
  if (inet_pton(AF_INET, text.c_str(), &address) != 1) give_up(kMe, "'" + text + "' is not an IPv4 address");
  return address;
}

void join(int fd, const std::string& text) {
  const auto parts = split(text, '@');
  if (parts.size() != 2) give_up(kMe, "join '" + text + "': GROUP@INTERFACE");
  ip_mreqn request{};
  request.imr_multiaddr = address_of(parts[0]);
  request.imr_ifindex = static_cast<int>(if_nametoindex(parts[1].c_str()));
  if (request.imr_ifindex == 0) give_up(kMe, "no interface " + parts[1]);
  require(::setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) == 0, "join " + text);
}

void attach(int fd, std::span<sock_filter> code) {
  const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  require(::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0, "SO_ATTACH_FILTER");
}

// A filter of a UDP socket sees the datagram from its UDP header on; the low half of MoldUDP64's number is 14 bytes into
// the payload.
void drop_every(int fd, std::uint32_t every) {
  constexpr std::uint32_t kLowHalf = 8 + 14;
  std::array<sock_filter, 5> code{{{BPF_LD | BPF_W | BPF_ABS, 0, 0, kLowHalf},
                                   {BPF_ALU | BPF_MOD | BPF_K, 0, 0, every},
                                   {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0},
                                   {BPF_RET | BPF_K, 0, 0, 0xffff},
                                   {BPF_RET | BPF_K, 0, 0, 0}}};
  attach(fd, code);
}

void drop_over(int fd, std::uint32_t payload) {
  constexpr std::uint32_t kHeader = 8;
  std::array<sock_filter, 4> code{{{BPF_LD | BPF_W | BPF_LEN, 0, 0, 0},
                                   {BPF_JMP | BPF_JGT | BPF_K, 1, 0, kHeader + payload},
                                   {BPF_RET | BPF_K, 0, 0, 0xffff},
                                   {BPF_RET | BPF_K, 0, 0, 0}}};
  attach(fd, code);
}

}  // namespace

int open_reader_socket(const SocketPlan& plan) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  require(fd >= 0, "socket");
  const int on = 1;
  require(::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0, "SO_REUSEADDR");
  // SO_RCVBUF stops at net.core.rmem_max without a word; identity_of() tells what it came to.
  if (plan.rcvbuf != 0 && ::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &plan.rcvbuf, sizeof plan.rcvbuf) != 0)
    require(::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &plan.rcvbuf, sizeof plan.rcvbuf) == 0, "SO_RCVBUF");
  if (!plan.has_multicast_all) {
    const int off = 0;
    require(::setsockopt(fd, IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof off) == 0, "IP_MULTICAST_ALL");
  }
  if (plan.filter_every != 0) drop_every(fd, plan.filter_every);
  if (plan.filter_over != 0) drop_over(fd, plan.filter_over);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(plan.port);
  at.sin_addr = address_of(plan.bind);
  require(::bind(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0, "bind");
  for (const auto& group : plan.joins) join(fd, group);
  return fd;
}

SocketIdentity identity_of(int fd) {
  SocketIdentity who;
  who.fd = fd;
  socklen_t length = sizeof who.cookie;
  require(::getsockopt(fd, SOL_SOCKET, SO_COOKIE, &who.cookie, &length) == 0, "SO_COOKIE");
  length = sizeof who.rcvbuf;
  require(::getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &who.rcvbuf, &length) == 0, "SO_RCVBUF");
  struct stat status {};
  require(::fstat(fd, &status) == 0, "fstat");
  who.inode = status.st_ino;
  return who;
}

SocketMemory memory_of(int fd) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> figures{};
  socklen_t length = sizeof figures;
  require(::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, figures.data(), &length) == 0, "SO_MEMINFO");
  return {figures[SK_MEMINFO_RMEM_ALLOC], figures[SK_MEMINFO_DROPS]};
}

}  // namespace lab
