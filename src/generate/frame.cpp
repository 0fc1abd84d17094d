// SPDX-License-Identifier: Apache-2.0
#include "generate/frame.hpp"

#include "generate/byte_writer.hpp"
#include "generate/internet_checksum.hpp"

namespace wirecause::generate {
namespace {

constexpr std::uint8_t kUdp = 17;
constexpr std::uint16_t kUdpHeader = 8;
constexpr std::uint16_t kIpv4Header = 20;

std::span<const std::byte> address_bytes(const IpAddress& address) {
  const auto& bytes = address.bytes();
  return address.is_v4() ? std::span(bytes).subspan(12) : std::span(bytes);
}

void write_ethernet(const Path& path, ByteWriter& out) {
  out.bytes(path.destination_mac);
  out.bytes(path.source_mac);
  if (path.vlan) {
    out.be16(0x8100);
    out.be16(*path.vlan);
  }
  out.be16(path.source.is_v4() ? 0x0800 : 0x86dd);
}

// RFC 791: version and length, service, total length, id, flags (don't fragment), TTL, protocol, checksum, addresses.
void write_ipv4(const Path& path, std::uint16_t ip_id, std::uint16_t udp_length, std::vector<std::byte>& frame) {
  ByteWriter out(frame);
  const std::size_t start = out.size();
  out.u8(0x45);
  out.u8(0);
  out.be16(static_cast<std::uint16_t>(kIpv4Header + udp_length));
  out.be16(ip_id);
  out.be16(0x4000);
  out.u8(path.ttl);
  out.u8(kUdp);
  out.be16(0);
  out.bytes(address_bytes(path.source));
  out.bytes(address_bytes(path.destination));
  out.put_be16(start + 10, internet_checksum(ones_complement_sum(std::span(frame).subspan(start, kIpv4Header))));
}

// RFC 8200: version, class and flow, payload length, next header, hop limit, addresses.
void write_ipv6(const Path& path, std::uint16_t udp_length, ByteWriter& out) {
  out.be32(0x60000000);
  out.be16(udp_length);
  out.u8(kUdp);
  out.u8(path.ttl);
  out.bytes(address_bytes(path.source));
  out.bytes(address_bytes(path.destination));
}

// RFC 768; the pseudo header of RFC 8200 8.1 sums to the same as that of RFC 768.
std::uint16_t udp_checksum(const Path& path, std::uint16_t udp_length, std::span<const std::byte> udp) {
  std::uint64_t sum = ones_complement_sum(address_bytes(path.source));
  sum = ones_complement_sum(address_bytes(path.destination), sum) + kUdp + udp_length;
  if (path.partial_checksum) return folded(sum);
  const std::uint16_t checksum = internet_checksum(ones_complement_sum(udp, sum));
  return checksum == 0 ? 0xffff : checksum;  // 0 on the wire means "none"
}

}  // namespace

MacAddress group_mac(const IpAddress& group) {
  const auto& b = group.bytes();
  if (group.is_v4()) return {std::byte{0x01}, std::byte{0x00}, std::byte{0x5e}, b[13] & std::byte{0x7f}, b[14], b[15]};
  return {std::byte{0x33}, std::byte{0x33}, b[12], b[13], b[14], b[15]};
}

void write_frame(const Path& path, std::uint16_t ip_id, std::span<const std::byte> payload,
                 std::vector<std::byte>& frame) {
  frame.clear();
  const auto udp_length = static_cast<std::uint16_t>(kUdpHeader + payload.size());
  ByteWriter out(frame);
  write_ethernet(path, out);
  if (path.source.is_v4())
    write_ipv4(path, ip_id, udp_length, frame);
  else
    write_ipv6(path, udp_length, out);
  const std::size_t udp = out.size();
  out.be16(path.source_port);
  out.be16(path.destination_port);
  out.be16(udp_length);
  out.be16(0);
  out.bytes(payload);
  out.put_be16(udp + 6, udp_checksum(path, udp_length, std::span(frame).subspan(udp)));
}

}  // namespace wirecause::generate
