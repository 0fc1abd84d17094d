// Any bytes as a packet: decode() and what looks at its result must neither crash nor read past the captured bytes, and
// keep what they promise. The first bytes choose the link type and how much of the wire was captured.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/check.hpp"
#include "packet/decode.hpp"
#include "packet/flow_decoder.hpp"
#include "packet/unknown.hpp"
#include "tap/quality.hpp"

namespace {

using namespace wirecause;

constexpr std::array kLinkTypes{LinkType::ethernet, LinkType::linux_sll, LinkType::linux_sll2, LinkType::raw,
                                LinkType::null,     LinkType::loop,      LinkType::ipv4,       LinkType::ipv6,
                                LinkType::raw_bsd,  LinkType{127}};

bool is_within(Bytes part, Bytes whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_promises(const PacketView& packet, const Decoded& d) {
  const std::size_t wire = std::max<std::size_t>(packet.wire_length, packet.bytes.size());
  WC_CHECK(is_within(d.payload, packet.bytes), "the payload is part of the packet");
  WC_CHECK(is_within(d.tcp.options, packet.bytes), "the options are part of the packet");
  WC_CHECK(d.payload.size() <= d.payload_wire_length, "no more is captured than was on the wire");
  WC_CHECK(d.payload_wire_length <= wire, "a payload is no longer than its packet");
  WC_CHECK(d.outcome != DecodeOutcome::truncated || packet.bytes.size() < packet.wire_length,
           "only a cut packet is truncated");
  WC_CHECK((d.outcome == DecodeOutcome::unsupported) == !unknown_text(d).empty(), "unknowns have a name");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static TapQuality quality(FlowDecoder::kFlows + 1);
  static FlowDecoder flows;
  PacketView packet;
  packet.link_type = kLinkTypes[data[0] % kLinkTypes.size()];
  packet.bytes = std::as_bytes(std::span(data + 2, size - 2));
  packet.wire_length = static_cast<std::uint32_t>(packet.bytes.size()) + (data[1] < 128 ? 0U : data[1] - 128U);
  packet.time = TimeNs{data[1]};
  Decoded decoded;
  decode(packet, decoded);
  check_promises(packet, decoded);
  for (int again = 0; again < 2; ++again) {  // new, then known
    const auto seen = flows.decode(packet);
    check_promises(packet, seen.decoded);
    WC_CHECK(seen.decoded.outcome == decoded.outcome && seen.decoded.transport_checksum == decoded.transport_checksum &&
                 seen.decoded.payload.size() == decoded.payload.size(),
             "both decoders say the same");
    if (!seen.is_known) quality.enter(seen.flow, packet, seen.decoded, data[1] % 4U);
    if (seen.is_plain) {
      quality.plain(seen.flow, packet, seen.decoded);
    } else {
      quality.packet(seen.flow, packet, seen.decoded);
    }
  }
  return 0;
}
