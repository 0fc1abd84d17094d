// SPDX-License-Identifier: Apache-2.0
#include "packet/link.hpp"

#include <algorithm>
#include <array>

#include "packet/ethertype.hpp"
#include "packet/llc.hpp"
#include "packet/network.hpp"

namespace wirecause {
namespace {

// A frame of nothing but tags must not keep us busy; two are recorded, real networks stack no more than three.
constexpr int kMaxVlanTags = 8;

bool is_vlan_tag(std::uint16_t ethertype) noexcept {
  return ethertype == kEthertypeVlan || ethertype == kEthertypeServiceVlan || ethertype == kEthertypeQinQ;
}

// 802.1Q tag, behind its TPID:
//    0                   1
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5   then the next EtherType
//   | PCP |D|        VLAN id        |
// Peels all tags off and leaves the EtherType behind them in `ethertype`. False: decoding ended here.
bool peel_vlan_tags(std::uint16_t& ethertype, Cursor& at, Decoded& out) noexcept {
  constexpr std::uint16_t kVlanIdMask = 0x0fff;
  for (int tags = 0; is_vlan_tag(ethertype); ++tags) {
    if (tags == kMaxVlanTags) {
      stop_unsupported(at, Layer::ethertype, ethertype, out);
      return false;
    }
    const auto tag = header<4>(at.rest());
    if (!tag) {
      stop_short(at, 4, Layer::link, out);
      return false;
    }
    const auto id = static_cast<std::uint16_t>(tag->be<std::uint16_t, 0>() & kVlanIdMask);
    if (tags == 0) out.vlan = id;
    if (tags == 1) out.inner_vlan = id;
    ethertype = tag->be<std::uint16_t, 2>();
    at.advance(4);
  }
  return true;
}

}  // namespace

void decode_ethertype(const PacketView& packet, std::uint16_t ethertype, Cursor at, Decoded& out) noexcept {
  if (is_vlan_tag(ethertype) && !peel_vlan_tags(ethertype, at, out)) return;
  if (ethertype == kEthertypeIpv4) return decode_ipv4(packet, at, out);
  if (ethertype == kEthertypeIpv6) return decode_ipv6(packet, at, out);
  if (ethertype <= kLargest8023Length) return decode_8023(packet, ethertype, at, out);
  stop_unsupported(at, Layer::ethertype, ethertype, out);
}

// Ethernet II (RFC 894) and 802.3:
//   0        6        12          14
//   | dst(6) | src(6) | type(2)   | payload, padded to 46 bytes
void decode_ethernet(const PacketView& packet, Cursor at, Decoded& out) noexcept {
  const auto ethernet = header<14>(at.rest());
  if (!ethernet) return stop_short(at, 14, Layer::link, out);
  out.has_mac = true;
  std::ranges::copy(ethernet->slice<0, 6>(), out.destination_mac.begin());
  std::ranges::copy(ethernet->slice<6, 6>(), out.source_mac.begin());
  at.advance(14);
  decode_ethertype(packet, ethernet->be<std::uint16_t, 12>(), at, out);
}

// BSD loopback (LINKTYPE_NULL: byte order of the writer; LINKTYPE_LOOP: network byte order):
//   0            4
//   | family (4) | payload
// The families are small numbers, so the order shows itself.
void decode_loopback(const PacketView& packet, Cursor at, Decoded& out) noexcept {
  constexpr std::uint32_t kFamilyIpv4 = 2;
  constexpr std::array<std::uint32_t, 4> kFamiliesIpv6{10, 24, 28, 30};  // Linux, NetBSD and OpenBSD, FreeBSD, Darwin
  const auto loopback = header<4>(at.rest());
  if (!loopback) return stop_short(at, 4, Layer::link, out);
  at.advance(4);
  const std::uint32_t family = std::min(loopback->be<std::uint32_t, 0>(), loopback->le<std::uint32_t, 0>());
  if (family == kFamilyIpv4) return decode_ipv4(packet, at, out);
  if (std::ranges::find(kFamiliesIpv6, family) != kFamiliesIpv6.end()) return decode_ipv6(packet, at, out);
  stop_unsupported(at, Layer::address_family, family, out);
}

}  // namespace wirecause
