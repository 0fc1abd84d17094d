// SPDX-License-Identifier: Apache-2.0
#include "packet/llc.hpp"

#include "packet/ethertype.hpp"
#include "packet/link.hpp"

namespace wirecause {

void decode_8023(const PacketView& packet, std::uint16_t length, Cursor at, Decoded& out) noexcept {
  if (length > at.wire()) return stop_malformed(Layer::link, out);
  at.trim(length);
  decode_llc(packet, at, out);
}

// LLC (IEEE 802.2), and SNAP behind it (RFC 1042) when all three bytes say so:
//   0          1          2             3         6
//   | DSAP (1) | SSAP (1) | control (1) | OUI (3) | EtherType (2)
//     0xaa       0xaa       0x03 (UI)     0
void decode_llc(const PacketView& packet, Cursor at, Decoded& out) noexcept {
  constexpr std::uint32_t kSnap = 0xaaaa03;
  constexpr std::uint32_t kOuiEthertype = 0x000000;
  constexpr std::uint32_t kOuiBridgeTunnel = 0x0000f8;  // 802.1H: an EtherType as well
  const auto llc = header<3>(at.rest());
  if (!llc) return stop_short(at, 3, Layer::link, out);
  const std::uint8_t dsap = llc->be<std::uint8_t, 0>();
  const std::uint32_t head =
      (static_cast<std::uint32_t>(llc->be<std::uint16_t, 0>()) << 8U) | llc->be<std::uint8_t, 2>();
  if (head != kSnap) return stop_unsupported(at, Layer::llc, dsap, out);

  const auto snap = header<8>(at.rest());
  if (!snap) return stop_short(at, 8, Layer::link, out);
  const std::uint32_t oui = snap->be<std::uint32_t, 2>() & 0x00ffffffU;
  const auto ethertype = snap->be<std::uint16_t, 6>();
  if ((oui != kOuiEthertype && oui != kOuiBridgeTunnel) || ethertype < kFirstEthertype) {
    return stop_unsupported(at, Layer::llc, dsap, out);
  }
  at.advance(8);
  decode_ethertype(packet, ethertype, at, out);
}

}  // namespace wirecause
