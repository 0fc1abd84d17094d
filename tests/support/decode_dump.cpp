// Prints what the decoder says of every packet of a capture, one line of tab-separated fields a packet, for the
// comparison with tshark (tests/differential). With "inside" behind the file: of the innermost packet of its tunnels. A test
// program; no part of wirecause.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "capture/source.hpp"
#include "packet/decode.hpp"
#include "packet/tunnel.hpp"
#include "packet/unknown.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 5> kOutcomes{"ok", "not_mine", "truncated", "malformed", "unsupported"};
constexpr std::array<std::string_view, 4> kChecksums{"absent", "good", "bad", "not_checked"};
constexpr std::array<std::string_view, 6> kTransports{"none", "udp", "tcp", "icmp", "igmp", "icmpv6"};

template <std::size_t N, class Enum>
std::string_view name_of(const std::array<std::string_view, N>& names, Enum value) {
  return names.at(static_cast<std::size_t>(value));
}

void print(const PacketView& packet, const Decoded& d) {
  fmt::print("{}\t{}\t{}\t{}", packet.frame, static_cast<unsigned>(packet.link_type), name_of(kOutcomes, d.outcome),
             static_cast<unsigned>(d.stopped_at));
  fmt::print("\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", d.vlan, d.inner_vlan, d.ip_version, d.source.text(),
             d.destination.text(), d.ttl, d.ip_id, d.ip_protocol, d.is_fragment ? 1 : 0);
  fmt::print("\t{}\t{}\t{}\t{}", name_of(kChecksums, d.ip_checksum), name_of(kTransports, d.transport), d.source_port,
             d.destination_port);
  fmt::print("\t{}\t{}\t{}\t{}\t{}", name_of(kChecksums, d.transport_checksum), d.tcp.sequence, d.message_type,
             d.payload_wire_length, d.payload.size());
  fmt::print("\t{}\t{}\t{}\n", packet.bytes.size(), packet.wire_length, unknown_text(d));
}

int dump(const char* file, bool enters) {
  auto source = open_capture(file, 0);
  if (!source) {
    fmt::print(stderr, "{}\n", source.error().message());
    return 2;
  }
  std::array<PacketView, 64> batch;
  Decoded decoded;
  while (const std::size_t n = (*source)->next_batch(batch)) {
    for (std::size_t i = 0; i < n; ++i) {
      decode(batch[i], decoded);
      if (enters) enter_tunnels(batch[i], decoded);
      print(batch[i], decoded);
    }
  }
  return 0;
}

}  // namespace
}  // namespace wirecause

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) return 2;
  const bool enters = argc == 3 && std::string(argv[2]) == "inside";
  return wirecause::dump(argv[1], enters);
}
