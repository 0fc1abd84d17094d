// Linux cooked captures (packet/link.hpp): what the "any" interface writes instead of a link header.
// SPDX-License-Identifier: Apache-2.0
#include "packet/ethertype.hpp"
#include "packet/link.hpp"
#include "packet/llc.hpp"

namespace wirecause {
namespace {

constexpr std::uint16_t kPacketTypeOutgoing = 4;  // the packet was sent by this host; 0 to 3 were received

// Linux numbers below 0x600 in the protocol field (linux/if_ether.h).
constexpr std::uint16_t kProtocolRawIpx = 0x0001;
constexpr std::uint16_t kProtocolLlc = 0x0004;

// ARPHRD_ types behind which the protocol field means something else (pcap-linktype, LINKTYPE_LINUX_SLL).
bool has_foreign_protocol(std::uint16_t device) noexcept {
  constexpr std::uint16_t kFrameRelay = 770;
  constexpr std::uint16_t kIeee80211 = 801;
  constexpr std::uint16_t kIeee80211Radiotap = 803;
  constexpr std::uint16_t kNetlink = 824;
  return device == kFrameRelay || (device >= kIeee80211 && device <= kIeee80211Radiotap) || device == kNetlink;
}

void decode_cooked_payload(const PacketView& packet, std::uint16_t device, std::uint16_t protocol, Cursor at,
                           Decoded& out) noexcept {
  if (has_foreign_protocol(device)) return stop_unsupported(at, Layer::cooked_device, device, out);
  if (protocol == kProtocolLlc) return decode_llc(packet, at, out);
  if (protocol == kProtocolRawIpx) return stop_unsupported(at, Layer::llc, kRawIpx, out);
  if (protocol < kFirstEthertype) return stop_unsupported(at, Layer::cooked_protocol, protocol, out);
  decode_ethertype(packet, protocol, at, out);
}

Direction direction_of(std::uint16_t packet_type) noexcept {
  return packet_type == kPacketTypeOutgoing ? Direction::out : Direction::in;
}

}  // namespace

// LINKTYPE_LINUX_SLL:
//   0              2            4              6            14             16
//   | pkt type (2) | ARPHRD (2) | addr len (2) | source (8) | protocol (2) | payload
void decode_cooked(const PacketView& packet, Cursor at, Decoded& out) noexcept {
  const auto cooked = header<16>(at.rest());
  if (!cooked) return stop_short(at, 16, Layer::link, out);
  out.direction = direction_of(cooked->be<std::uint16_t, 0>());
  at.advance(16);
  decode_cooked_payload(packet, cooked->be<std::uint16_t, 2>(), cooked->be<std::uint16_t, 14>(), at, out);
}

// LINKTYPE_LINUX_SLL2:
//   0              2              4             8            10             11             12           20
//   | protocol (2) | reserved (2) | ifindex (4) | ARPHRD (2) | pkt type (1) | addr len (1) | source (8) | payload
void decode_cooked2(const PacketView& packet, Cursor at, Decoded& out) noexcept {
  const auto cooked = header<20>(at.rest());
  if (!cooked) return stop_short(at, 20, Layer::link, out);
  out.direction = direction_of(cooked->be<std::uint8_t, 10>());
  at.advance(20);
  decode_cooked_payload(packet, cooked->be<std::uint16_t, 8>(), cooked->be<std::uint16_t, 0>(), at, out);
}

}  // namespace wirecause
