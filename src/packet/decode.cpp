// SPDX-License-Identifier: Apache-2.0
#include "packet/decode.hpp"

#include <algorithm>

#include "packet/cursor.hpp"
#include "packet/link.hpp"
#include "packet/network.hpp"

namespace wirecause {

void decode(const PacketView& packet, Decoded& out) noexcept {
  out = Decoded{};
  // A file may claim less on the wire than it holds; what was captured was there.
  const Cursor at{packet.bytes, std::max<std::size_t>(packet.wire_length, packet.bytes.size())};
  switch (packet.link_type) {
    case LinkType::ethernet:
      return decode_ethernet(packet, at, out);
    case LinkType::linux_sll:
      return decode_cooked(packet, at, out);
    case LinkType::linux_sll2:
      return decode_cooked2(packet, at, out);
    case LinkType::null:
    case LinkType::loop:
      return decode_loopback(packet, at, out);
    case LinkType::raw:
    case LinkType::raw_bsd:
    case LinkType::raw_openbsd:
      return decode_raw_ip(packet, at, out);
    case LinkType::ipv4:
      return decode_ipv4(packet, at, out);
    case LinkType::ipv6:
      return decode_ipv6(packet, at, out);
  }
  stop_unsupported(at, Layer::link, static_cast<std::uint32_t>(packet.link_type), out);
}

void decode_raw_ip(const PacketView& packet, Cursor at, Decoded& out) noexcept {
  const auto first = header<1>(at.rest);
  if (!first) return stop_short(at, 1, Layer::network, out);
  const unsigned version = first->be<std::uint8_t, 0>() >> 4U;
  if (version == 6) return decode_ipv6(packet, at, out);
  decode_ipv4(packet, at, out);  // which refuses any other version
}

}  // namespace wirecause
