// Whether two decoders said the same of a packet, field by field.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <tuple>

#include "packet/decode.hpp"

namespace wirecause::test {

inline bool same_fields(const Decoded& a, const Decoded& b) {
  const auto link = [](const Decoded& d) {
    return std::tuple(d.outcome, d.stopped_at, d.stopped_number, d.has_mac, d.source_mac, d.destination_mac, d.vlan,
                      d.inner_vlan, d.direction, d.network_offset, d.tunnel, d.tunnels, d.tunnel_number, d.tunnel_id);
  };
  const auto network = [](const Decoded& d) {
    return std::tuple(d.ip_version, d.ttl, d.traffic_class, d.ip_id, d.is_fragment, d.fragment_offset, d.source,
                      d.destination, d.ip_checksum, d.ip_length);
  };
  const auto transport = [](const Decoded& d) {
    return std::tuple(d.transport, d.transport_offset, d.ip_protocol, d.source_port, d.destination_port, d.message_type,
                      d.message_code, d.transport_checksum, d.tcp.sequence, d.tcp.acknowledgement, d.tcp.window,
                      d.tcp.flags, d.tcp.options.data(), d.tcp.options.size(), d.payload.data(), d.payload.size(),
                      d.payload_wire_length);
  };
  return link(a) == link(b) && network(a) == network(b) && transport(a) == transport(b);
}

}  // namespace wirecause::test
