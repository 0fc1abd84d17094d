// SPDX-License-Identifier: Apache-2.0
#include "packet/quoted.hpp"

#include <algorithm>

namespace wirecause {
namespace {

bool read_ports(Bytes transport, TooBig& out) noexcept {
  const auto ports = header<4>(transport);
  if (!ports) return false;
  out.source_port = ports->be<std::uint16_t, 0>();
  out.destination_port = ports->be<std::uint16_t, 2>();
  return true;
}

bool read_ipv4(Bytes quoted, TooBig& out) noexcept {
  const auto ip = header<20>(quoted);
  if (!ip || (ip->be<std::uint8_t, 0>() >> 4U) != 4) return false;
  const std::size_t length = (ip->be<std::uint8_t, 0>() & 0x0fU) * std::size_t{4};
  if (length < 20 || length > quoted.size() || (ip->be<std::uint16_t, 6>() & 0x1fffU) != 0) return false;
  out.ip_protocol = ip->be<std::uint8_t, 9>();
  out.source = IpAddress::v4(ip->be<std::uint32_t, 12>());
  out.destination = IpAddress::v4(ip->be<std::uint32_t, 16>());
  return read_ports(quoted.subspan(length), out);
}

// Without extension headers: senders of TCP put none there.
bool read_ipv6(Bytes quoted, TooBig& out) noexcept {
  const auto ip = header<40>(quoted);
  if (!ip || (ip->be<std::uint8_t, 0>() >> 4U) != 6) return false;
  out.ip_protocol = ip->be<std::uint8_t, 6>();
  out.source = IpAddress::v6(ip->slice<8, 16>());
  out.destination = IpAddress::v6(ip->slice<24, 16>());
  return read_ports(quoted.subspan(40), out);
}

}  // namespace

// ICMP:    | type 3 | code 4 | checksum (2) | unused (2) | next hop's MTU (2) | the packet
// ICMPv6:  | type 2 | code 0 | checksum (2) | MTU (4)                         | the packet
std::optional<TooBig> too_big_in(const PacketView& packet, const Decoded& decoded) noexcept {
  constexpr std::uint8_t kUnreachable = 3;
  constexpr std::uint8_t kFragmentationNeeded = 4;
  constexpr std::uint8_t kPacketTooBig = 2;
  constexpr std::size_t kHeader = 8;
  const bool is_v4 = decoded.transport == Transport::icmp && decoded.message_type == kUnreachable &&
                     decoded.message_code == kFragmentationNeeded;
  const bool is_v6 = decoded.transport == Transport::icmpv6 && decoded.message_type == kPacketTooBig;
  if (!is_v4 && !is_v6) return std::nullopt;
  const Bytes message = packet.bytes.subspan(std::min<std::size_t>(decoded.transport_offset, packet.bytes.size()));
  const auto icmp = header<kHeader>(message);
  if (!icmp) return std::nullopt;
  TooBig out;
  out.mtu = is_v4 ? icmp->be<std::uint16_t, 6>() : icmp->be<std::uint32_t, 4>();
  const Bytes quoted = message.subspan(kHeader);
  const bool is_read = is_v4 ? read_ipv4(quoted, out) : read_ipv6(quoted, out);
  return is_read ? std::optional(out) : std::nullopt;
}

}  // namespace wirecause
