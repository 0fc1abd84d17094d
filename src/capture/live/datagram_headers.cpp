// RFC 791 3.1 (IPv4), RFC 8200 3 (IPv6), RFC 768 (UDP).
//
//   IPv4: version, IHL 0 · total length 2 · flags 6 · TTL 8 · protocol 9 · checksum 10 · source 12 · destination 16
//   IPv6: version 0 · payload length 4 · next header 6 · hop limit 7 · source 8 · destination 24
//   UDP:  source port 0 · destination port 2 · length 4 · checksum 6
// SPDX-License-Identifier: Apache-2.0
#include "capture/live/datagram_headers.hpp"

#include <algorithm>
#include <cstring>

#include "packet/checksum.hpp"
#include "packet/ip_protocol.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kIpv4 = 20;
constexpr std::size_t kIpv6 = 40;
constexpr std::size_t kUdp = 8;

void store(std::byte* to, std::size_t value) {
  to[0] = static_cast<std::byte>((value >> 8U) & 0xffU);
  to[1] = static_cast<std::byte>(value & 0xffU);
}

// The checksum that makes the sum good; in the byte order of the machine, as the sum is.
void store_checksum(std::byte* to, OnesSum sum) {
  const auto folded = static_cast<std::uint16_t>(sum.value % 0xffffU);
  const auto checksum = static_cast<std::uint16_t>(0xffffU - folded);
  std::memcpy(to, &checksum, sizeof checksum);
}

void write_udp(std::byte* at, std::size_t length, const DatagramAddresses& addresses) {
  store(at, addresses.source_port);
  store(at + 2, addresses.destination_port);
  store(at + 4, length);
  store(at + 6, 0);
}

void write_ipv4(std::byte* at, std::size_t udp_length, const DatagramAddresses& addresses) {
  std::fill_n(at, kIpv4, std::byte{0});
  at[0] = std::byte{0x45};
  store(at + 2, kIpv4 + udp_length);
  at[8] = std::byte{addresses.ttl};
  at[9] = std::byte{kProtocolUdp};
  std::copy_n(addresses.source.bytes().begin() + 12, 4, at + 12);
  std::copy_n(addresses.destination.bytes().begin() + 12, 4, at + 16);
  store_checksum(at + 10, ones_sum({at, kIpv4}));
}

void write_ipv6(std::byte* at, std::size_t udp_length, const DatagramAddresses& addresses) {
  std::fill_n(at, 8, std::byte{0});
  at[0] = std::byte{0x60};
  store(at + 4, udp_length);
  at[6] = std::byte{kProtocolUdp};
  at[7] = std::byte{addresses.ttl};
  std::copy_n(addresses.source.bytes().begin(), 16, at + 8);
  std::copy_n(addresses.destination.bytes().begin(), 16, at + 24);
}

// Of IPv6, where it must be there (RFC 8200 8.1): over a pseudo header that ends with length and protocol.
void write_udp_checksum(std::byte* ip, std::size_t udp_length) {
  std::byte rest[8]{};
  store(rest + 2, udp_length);
  rest[7] = std::byte{kProtocolUdp};
  const OnesSum pseudo = add_ones(ones_sum({ip + 8, 32}), ones_sum({rest, sizeof rest}));
  std::byte* const udp = ip + kIpv6;
  store_checksum(udp + 6, add_ones(pseudo, ones_sum({udp, udp_length})));
}

}  // namespace

std::size_t write_headers(std::span<std::byte> payload, const DatagramAddresses& addresses) {
  const std::size_t udp_length = kUdp + payload.size();
  std::byte* const udp = payload.data() - kUdp;
  write_udp(udp, udp_length, addresses);
  if (addresses.destination.is_v4()) {
    write_ipv4(udp - kIpv4, udp_length, addresses);
    return kIpv4 + kUdp;
  }
  write_ipv6(udp - kIpv6, udp_length, addresses);
  write_udp_checksum(udp - kIpv6, udp_length);
  return kIpv6 + kUdp;
}

}  // namespace wirecause
