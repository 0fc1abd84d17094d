// SPDX-License-Identifier: Apache-2.0
#include "packet/flow_decoder.hpp"

#include <array>
#include <bit>

#include "packet/ethertype.hpp"
#include "packet/ip_protocol.hpp"
#include "packet/tunnel.hpp"
#include "packet/usual.hpp"

namespace wirecause {

using namespace usual;

namespace {

std::uint64_t word(const std::byte* p) noexcept { return detail::load<std::uint64_t>(p); }

// Bytes [from, to) of a word, as a mask over it as it lies in memory.
constexpr std::uint64_t bytes_of_word(unsigned from, unsigned to) noexcept {
  std::array<std::uint8_t, 8> mask{};
  for (unsigned i = from; i < to; ++i) mask[i] = 0xff;
  return std::bit_cast<std::uint64_t>(mask);
}

}  // namespace

// IPv4: | version, IHL, TOS (2) | length 2 | id 2 | flags, offset 2 | TTL, protocol 2 | checksum 2 | source 4 |
// then: | destination 4 | source port 2 | destination port 2 |
inline FlowDecoder::Headers FlowDecoder::headers_of(const PacketView& packet) noexcept {
  constexpr std::uint64_t kLengthAndId = bytes_of_word(2, 6);
  constexpr std::uint64_t kChecksum = bytes_of_word(2, 4);
  const std::byte* const bytes = packet.bytes.data();
  const bool is_tagged = FixedView<kEthernet>(bytes).be<std::uint16_t, 12>() == kEthertypeVlan;
  const std::byte* const ip = bytes + (is_tagged ? kEthernet + kTag : kEthernet);
  Headers headers;
  headers.begin = word(bytes);
  headers.middle = word(bytes + 8);  // in an untagged frame this reaches into the IP header's first two bytes
  headers.before_ip = word(ip - 8);
  headers.ip_begin = word(ip) & ~kLengthAndId;
  headers.ip_source = word(ip + 8) & ~kChecksum;
  headers.ip_destination = word(ip + 16);
  headers.interface = std::uint64_t{packet.interface} << 32U | packet.input;
  headers.marks =
      static_cast<std::uint64_t>(packet.direction) << 1U | static_cast<std::uint64_t>(packet.is_checksum_unfilled);
  return headers;
}

// Two words tell nearly all flows apart: addresses and ports. The constant is the golden ratio's.
inline std::uint32_t FlowDecoder::slot_of(const Headers& headers) noexcept {
  const std::uint64_t mixed = (headers.ip_destination + std::rotl(headers.ip_source, 17)) * 0x9e3779b97f4a7c15U;
  return static_cast<std::uint32_t>(mixed >> (64 - std::bit_width(kFlows - 1)));
}

// If it is the header of a UDP datagram: of anything else, it does not matter.
inline std::uint16_t FlowDecoder::destination_port_of(const Headers& headers) noexcept {
  return detail::byte_swapped(static_cast<std::uint16_t>(headers.ip_destination >> 48U));
}

// If there is an IPv4 header: of anything else, no flow has these headers.
inline std::uint8_t FlowDecoder::protocol_of(const Headers& headers) noexcept {
  return static_cast<std::uint8_t>(headers.ip_source >> 8U);
}

namespace {

// That of the transport too, where it was filled in.
bool are_checksums_good(const PacketView& packet, const Decoded& decoded) noexcept {
  return decoded.ip_checksum == Checksum::good &&
         (decoded.transport_checksum == Checksum::good || packet.is_checksum_unfilled);
}

}  // namespace

FlowDecoder::Result FlowDecoder::decode(const PacketView& packet) noexcept {
  if (packet.link_type == LinkType::ethernet && packet.bytes.size() >= kLongestHeaders) [[likely]] {
    const Headers headers = headers_of(packet);
    if (protocol_of(headers) == kProtocolTcp) return decode_segment(packet, headers);
    const std::uint32_t at = slot_of(headers);
    Flow& flow = flows_[at];
    if (headers.differing_bits(flow.headers) != 0) [[unlikely]]
      return decode_new(packet, at);
    if (is_whole(packet, flow.decoded.network_offset)) [[likely]] {
      read_changing(packet, flow.decoded);
      const bool is_good = are_checksums_good(packet, flow.decoded);
      return {flow.decoded, at, true, is_good && packet.wire_length == packet.bytes.size()};
    }
  }
  return decode_other(packet);
}

FlowDecoder::Result FlowDecoder::decode_segment(const PacketView& packet, Headers headers) noexcept {
  headers.ip_destination &= bytes_of_word(0, 4);
  const std::uint32_t at = slot_of(headers);
  Flow& flow = flows_[at];
  if (headers.differing_bits(flow.headers) != 0) [[unlikely]] {
    if (!decode_usual_tcp(packet, flow.decoded)) return decode_other(packet);
    flow.headers = headers;
    return {flow.decoded, at, false, false};
  }
  if (!read_changing_segment(packet, flow.decoded.network_offset, flow.decoded)) return decode_other(packet);
  const bool is_good = are_checksums_good(packet, flow.decoded);
  return {flow.decoded, at, true, is_good && packet.wire_length == packet.bytes.size()};
}

FlowDecoder::Result FlowDecoder::decode_new(const PacketView& packet, std::uint32_t at) noexcept {
  Flow& flow = flows_[at];
  const Headers headers = headers_of(packet);
  if (is_tunnel_port(destination_port_of(headers))) return decode_other(packet);
  if (!decode_usual(packet, flow.decoded)) return decode_other(packet);
  flow.headers = headers;
  return {flow.decoded, at, false, false};
}

FlowDecoder::Result FlowDecoder::decode_other(const PacketView& packet) noexcept {
  wirecause::decode(packet, other_);
  if (other_.transport != Transport::tcp) enter_tunnels(packet, other_);
  return {other_, kNoFlow, false, false};
}

}  // namespace wirecause
