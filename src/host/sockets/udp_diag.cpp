// SPDX-License-Identifier: Apache-2.0
#include "host/sockets/udp_diag.hpp"

#include <arpa/inet.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace wirecause {
namespace {

constexpr std::uint32_t kAllStates = ~0U;
constexpr std::uint8_t kSkMemInfo = 1U << (INET_DIAG_SKMEMINFO - 1U);

UdpDiagRequest request(std::uint8_t family, std::uint16_t flags) {
  UdpDiagRequest request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  request.body.sdiag_family = family;
  request.body.sdiag_protocol = IPPROTO_UDP;
  request.body.idiag_ext = kSkMemInfo;
  request.body.idiag_states = kAllStates;
  return request;
}

// Any address is all zero whatever the family, as UdpSocket has it.
IpAddress address_of(const __be32 (&words)[4], bool is_v6) {
  if (!is_v6) return words[0] == 0 ? IpAddress{} : IpAddress::v4(ntohl(words[0]));
  std::array<std::byte, 16> bytes{};
  std::memcpy(bytes.data(), words, bytes.size());
  return IpAddress::v6(bytes);
}

void put_address(const IpAddress& address, bool is_v6, __be32 (&words)[4]) {
  if (is_v6) {
    std::memcpy(words, address.bytes().data(), sizeof words);
  } else {
    words[0] = htonl(address.v4_host_order());
  }
}

struct Attribute {
  std::uint16_t type = 0;
  std::span<const std::byte> value;
};

// The attribute at the start of `rest`, which is moved behind it; nothing: none, or one that is longer than what is left.
std::optional<Attribute> next_attribute(std::span<const std::byte>& rest) {
  nlattr header{};
  if (rest.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, rest.data(), sizeof header);
  if (header.nla_len < sizeof header || header.nla_len > rest.size()) return std::nullopt;
  const Attribute attribute{static_cast<std::uint16_t>(header.nla_type & NLA_TYPE_MASK),
                            rest.subspan(sizeof header, header.nla_len - sizeof header)};
  const std::size_t aligned = (std::size_t{header.nla_len} + NLA_ALIGNTO - 1) & ~std::size_t{NLA_ALIGNTO - 1};
  rest = rest.subspan(std::min(aligned, rest.size()));
  return attribute;
}

void take_memory(std::span<const std::byte> value, UdpSocket& socket) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> words{};
  std::memcpy(words.data(), value.data(), std::min(value.size() / 4 * 4, sizeof words));
  socket.queue_bytes = words[SK_MEMINFO_RMEM_ALLOC];
  socket.buffer_bytes = words[SK_MEMINFO_RCVBUF];
  socket.drops = words[SK_MEMINFO_DROPS];
}

UdpSocket identity_of(const inet_diag_msg& message) {
  UdpSocket socket;
  socket.is_v6 = message.idiag_family == AF_INET6;
  socket.cookie = message.id.idiag_cookie[0] | (std::uint64_t{message.id.idiag_cookie[1]} << 32U);
  socket.inode = message.idiag_inode;
  socket.local = address_of(message.id.idiag_src, socket.is_v6);
  socket.local_port = ntohs(message.id.idiag_sport);
  socket.remote = address_of(message.id.idiag_dst, socket.is_v6);
  socket.remote_port = ntohs(message.id.idiag_dport);
  socket.interface = message.id.idiag_if;
  return socket;
}

}  // namespace

UdpDiagRequest dump_request(std::uint8_t family, std::uint16_t port) {
  UdpDiagRequest dump = request(family, NLM_F_DUMP);
  dump.body.id.idiag_sport = htons(port);
  return dump;
}

// The ends are swapped, as udp_dump_one() (net/ipv4/udp_diag.c) looks the socket up by the datagram that it would get.
UdpDiagRequest exact_request(const UdpSocket& known) {
  UdpDiagRequest exact = request(known.is_v6 ? AF_INET6 : AF_INET, 0);
  inet_diag_sockid& id = exact.body.id;
  put_address(known.remote, known.is_v6, id.idiag_src);
  id.idiag_sport = htons(known.remote_port);
  put_address(known.local, known.is_v6, id.idiag_dst);
  id.idiag_dport = htons(known.local_port);
  id.idiag_if = known.interface;
  id.idiag_cookie[0] = static_cast<std::uint32_t>(known.cookie);
  id.idiag_cookie[1] = static_cast<std::uint32_t>(known.cookie >> 32U);
  return exact;
}

std::optional<UdpSocket> parse_udp_diag(std::span<const std::byte> payload) {
  inet_diag_msg message{};
  if (payload.size() < sizeof message) return std::nullopt;
  std::memcpy(&message, payload.data(), sizeof message);
  if (message.idiag_family != AF_INET && message.idiag_family != AF_INET6) return std::nullopt;
  UdpSocket socket = identity_of(message);
  std::span<const std::byte> rest = payload.subspan(std::min<std::size_t>(NLMSG_ALIGN(sizeof message), payload.size()));
  while (const auto attribute = next_attribute(rest)) {
    if (attribute->type == INET_DIAG_SKMEMINFO) take_memory(attribute->value, socket);
  }
  return socket;
}

}  // namespace wirecause
