// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "packet/checksum.hpp"
#include "packet/ip_protocol.hpp"
#include "packet/network.hpp"
#include "packet/transport.hpp"

namespace wirecause {
namespace {

constexpr std::uint32_t kHeader = 40;

// RFC 8200 4.1 lets each kind appear once or twice; more than this is an attack on whoever follows them.
constexpr int kMaxExtensionHeaders = 16;

// What the walk over the extension headers needs to know beside Decoded.
struct Walk {
  std::uint8_t next = 0;  // protocol of the header at the cursor
  bool is_final = true;   // false: the pseudo header has other addresses than the IPv6 header
};

// Hop-by-hop, routing and destination options (RFC 8200 4.3 to 4.6):
//   | next (1) | length (1) | (length + 1) * 8 - 2 bytes ...
// AH (RFC 4302) counts differently: (length + 2) * 4 bytes in all.
std::uint32_t extension_length(std::uint8_t kind, std::uint8_t length) noexcept {
  return kind == kProtocolAuthentication ? (length + 2U) * 4 : (length + 1U) * 8;
}

bool is_extension(std::uint8_t kind) noexcept {
  return kind == kProtocolHopByHop || kind == kProtocolRouting || kind == kProtocolDestination ||
         kind == kProtocolAuthentication;
}

// Fragment header (RFC 8200 4.5):
//   | next (1) | reserved (1) | offset (13 bits, in 8 bytes) . . M | identification (4) |
bool step_over_fragment(Walk& walk, Cursor& at, Decoded& out) noexcept {
  const auto fragment = header<8>(at.rest());
  if (!fragment) {
    stop_short(at, 8, Layer::network, out);
    return false;
  }
  const std::uint16_t offset_and_more = fragment->be<std::uint16_t, 2>();
  out.fragment_offset = offset_and_more & 0xfff8U;
  out.is_fragment = out.fragment_offset != 0 || (offset_and_more & 1U) != 0;
  out.ip_id = fragment->be<std::uint32_t, 4>();
  walk.next = fragment->be<std::uint8_t, 0>();
  at.advance(8);
  return true;
}

// Options of a hop-by-hop or destination header (RFC 8200 4.2), behind its first two bytes:
//   | type (1) | length (1) | length bytes |, and type 0 (Pad1) alone
constexpr std::uint8_t kOptionPad1 = 0x00;
constexpr std::uint8_t kOptionJumbo = 0xc2;
constexpr std::uint8_t kOptionHomeAddress = 0xc9;  // RFC 6275 6.3: checksums are over the home address, not the source

// The data of the first option of that type; nothing where there is none.
std::optional<Bytes> option_of(Bytes extension, std::uint8_t wanted) noexcept {
  ByteReader reader(extension);
  reader.skip(2);
  while (reader.remaining() != 0) {
    const auto type = reader.be<std::uint8_t>();
    if (type == kOptionPad1) continue;
    const Bytes data = reader.take(reader.be<std::uint8_t>());
    if (type == wanted && reader.ok()) return data;
  }
  return std::nullopt;
}

bool step_over_extension(Walk& walk, Cursor& at, Decoded& out) noexcept {
  const auto start = header<4>(at.rest());
  if (!start) {
    stop_short(at, 8, Layer::network, out);
    return false;
  }
  const std::uint32_t length = extension_length(walk.next, start->be<std::uint8_t, 1>());
  if (!at.has(length)) {
    stop_short(at, length, Layer::network, out);
    return false;
  }
  const std::uint8_t segments_left = start->be<std::uint8_t, 3>();
  if (walk.next == kProtocolRouting && segments_left != 0) walk.is_final = false;
  if (walk.next == kProtocolDestination && option_of(at.rest().first(length), kOptionHomeAddress))
    walk.is_final = false;
  walk.next = start->be<std::uint8_t, 0>();
  at.advance(length);
  return true;
}

// Steps over the extension headers. False: decoding ended inside one.
bool walk_extensions(Walk& walk, Cursor& at, Decoded& out) noexcept {
  for (int headers = 0; headers < kMaxExtensionHeaders; ++headers) {
    if (walk.next == kProtocolFragment) {
      if (!step_over_fragment(walk, at, out)) return false;
      if (out.fragment_offset != 0) return true;  // what follows is somewhere inside the datagram
    } else if (is_extension(walk.next)) {
      if (!step_over_extension(walk, at, out)) return false;
    } else {
      return true;
    }
  }
  stop_unsupported(at, Layer::ip_protocol, walk.next, out);
  return false;
}

// The length of a jumbogram (RFC 2675): payload length 0, a hop-by-hop header first, and in it
//   | type 0xc2 | length 4 | jumbo payload length (4) |
// Nothing when there is no such option among the captured bytes.
std::optional<std::uint32_t> jumbo_length(Bytes after_header) noexcept {
  const auto start = header<2>(after_header);
  if (!start) return std::nullopt;
  const std::uint32_t length = extension_length(kProtocolHopByHop, start->be<std::uint8_t, 1>());
  const auto option = option_of(after_header.first(std::min<std::size_t>(length, after_header.size())), kOptionJumbo);
  if (!option || option->size() != 4) return std::nullopt;
  return header<4>(*option)->be<std::uint32_t, 0>();
}

// Bytes behind the fixed header. 0 without a jumbo option is what hosts write that leave segmentation to the NIC (BIG
// TCP, TSO): then the frame says the length, unless nothing is announced to follow.
std::uint32_t payload_length(std::uint16_t field, std::uint8_t next, Cursor after_header) noexcept {
  if (field != 0 || next == kProtocolNoNext) return field;
  if (next == kProtocolHopByHop) {
    if (const auto jumbo = jumbo_length(after_header.rest())) return *jumbo;
  }
  return after_header.wire();
}

}  // namespace

// IPv6 (RFC 8200):
//   | ver=6 | traffic class |           flow label                  |  0
//   |        payload length         |  next header  |   hop limit   |  4
//   |                    source address (16)                        |  8
//   |                  destination address (16)                     | 24
void decode_ipv6(const PacketView& packet, Cursor at, Decoded& out) noexcept {
  const auto ip = header<kHeader>(at.rest());
  if (!ip) return stop_short(at, kHeader, Layer::network, out);
  const std::uint16_t version_and_class = ip->be<std::uint16_t, 0>();
  if ((version_and_class >> 12U) != 6) return stop_malformed(Layer::network, out);

  const std::uint32_t network_offset = at.offset_in(packet);
  const OnesSum addresses = ones_sum(at.rest().subspan(8, 32));
  Walk walk{.next = ip->be<std::uint8_t, 6>()};
  at.advance(kHeader);
  const std::uint32_t length = payload_length(ip->be<std::uint16_t, 4>(), walk.next, at);
  if (length > at.wire()) return stop_malformed(Layer::network, out);

  out.ip_version = 6;
  out.network_offset = network_offset;
  out.traffic_class = static_cast<std::uint8_t>((version_and_class >> 4U) & 0xffU);
  out.ip_length = kHeader + length;
  out.ttl = ip->be<std::uint8_t, 7>();
  out.source = IpAddress::v6(ip->slice<8, 16>());
  out.destination = IpAddress::v6(ip->slice<24, 16>());
  out.ip_protocol = walk.next;

  at.trim(length);
  if (!walk_extensions(walk, at, out)) return;
  out.ip_protocol = walk.next;
  decode_transport(packet, at, addresses, walk.is_final, out);
}

}  // namespace wirecause
