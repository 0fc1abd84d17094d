// SPDX-License-Identifier: Apache-2.0
#include "packet/checksum.hpp"
#include "packet/network.hpp"
#include "packet/transport.hpp"

namespace wirecause {
namespace {

constexpr std::uint32_t kMinHeader = 20;

}  // namespace

// IPv4 (RFC 791):
//   0                   1                   2                   3
//   | ver=4 | IHL   |  DSCP/ECN     |         total length          |  0
//   |        identification         |R D M|     fragment offset     |  4   offset in units of 8 bytes
//   |      TTL      |   protocol    |        header checksum        |  8
//   |                       source address                          | 12
//   |                     destination address                       | 16
//   |                  options, (IHL - 5) * 4 bytes                 | 20
// A total length of 0 is written by hosts that leave segmentation to the NIC (TSO): then the frame says the length.
void decode_ipv4(const PacketView& packet, Cursor at, Decoded& out) noexcept {
  const auto ip = header<kMinHeader>(at.rest());
  if (!ip) return stop_short(at, kMinHeader, Layer::network, out);
  const std::uint8_t version_and_length = ip->be<std::uint8_t, 0>();
  const std::uint32_t header_length = (version_and_length & 0x0fU) * 4;
  const std::uint16_t total_length = ip->be<std::uint16_t, 2>();
  const std::uint32_t length = total_length == 0 ? at.wire() : total_length;
  if ((version_and_length >> 4U) != 4 || header_length < kMinHeader || length < header_length || length > at.wire()) {
    return stop_malformed(Layer::network, out);
  }

  const std::uint16_t flags_and_offset = ip->be<std::uint16_t, 6>();
  const bool more_fragments = (flags_and_offset & 0x2000U) != 0;
  out.ip_version = 4;
  out.network_offset = at.offset_in(packet);
  out.traffic_class = ip->be<std::uint8_t, 1>();
  out.ip_length = length;
  out.ip_id = ip->be<std::uint16_t, 4>();
  out.fragment_offset = (flags_and_offset & 0x1fffU) * 8U;
  out.is_fragment = more_fragments || out.fragment_offset != 0;
  out.ttl = ip->be<std::uint8_t, 8>();
  out.ip_protocol = ip->be<std::uint8_t, 9>();
  out.source = IpAddress::v4(ip->be<std::uint32_t, 12>());
  out.destination = IpAddress::v4(ip->be<std::uint32_t, 16>());
  out.ip_checksum = Checksum::not_checked;

  at.trim(length);
  if (!at.has(header_length)) return stop_short(at, header_length, Layer::network, out);
  const OnesSum addresses{ip->le<std::uint64_t, 12>()};
  OnesSum sum = add_ones(addresses, add_ones({ip->le<std::uint64_t, 0>()}, {ip->le<std::uint32_t, 8>()}));
  if (header_length > kMinHeader) {
    sum = add_ones(sum, ones_sum(at.rest().subspan(kMinHeader, header_length - kMinHeader)));
  }
  out.ip_checksum = is_sum_good(sum) ? Checksum::good : Checksum::bad;
  at.advance(header_length);
  decode_transport(packet, at, addresses, true, out);
}

void decode_raw_ip(const PacketView& packet, Cursor at, Decoded& out) noexcept {
  const auto first = header<1>(at.rest());
  if (!first) return stop_short(at, 1, Layer::network, out);
  const unsigned version = first->be<std::uint8_t, 0>() >> 4U;
  if (version == 6) return decode_ipv6(packet, at, out);
  decode_ipv4(packet, at, out);  // which refuses any other version
}

}  // namespace wirecause
