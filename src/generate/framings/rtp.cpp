// RTP (RFC 3550), big-endian: one number a packet, modulo 2^16.
//
//   0 V=2 P X CC | 1 M PT | 2+2 sequence | 4+4 timestamp (here 90 kHz) | 8+4 SSRC = 12, then the payload
//
// No heartbeat, no session: a restart keeps the SSRC and begins its numbers again.
// SPDX-License-Identifier: Apache-2.0
#include "generate/byte_writer.hpp"
#include "generate/framing_writer.hpp"
#include "generate/random.hpp"

namespace wirecause {
namespace {

using generate::ByteWriter;
using generate::mixed;

void write(const OutgoingPacket& packet, std::vector<std::byte>& bytes) {
  constexpr std::uint8_t kVersion2 = 0x80;
  constexpr std::uint8_t kDynamicType = 96;
  constexpr std::uint32_t kSourceBase = 0x57430000;
  constexpr std::int64_t kNsPerTickTimes9 = 100'000;  // 90 kHz = 9 ticks in 100 us
  ByteWriter out(bytes);
  out.u8(kVersion2);
  out.u8(kDynamicType);
  out.be16(static_cast<std::uint16_t>(packet.first));
  out.be32(static_cast<std::uint32_t>(packet.send_time.ns / kNsPerTickTimes9 * 9));
  out.be32(kSourceBase + packet.channel);
  // The number repeats every 65536 packets and must not repeat the content, or a wrapped line would look like an old
  // one.
  std::uint64_t random =
      mixed(packet.seed ^ mixed(packet.first ^ mixed(static_cast<std::uint64_t>(packet.send_time.ns))));
  for (std::uint32_t i = 0; i < 4 + 2 * packet.messages; ++i) {
    random = mixed(random);
    out.be64(random);
  }
}

}  // namespace

extern constinit const FramingWriter framing_writer_rtp{
    .id = "rtp",
    .packet_numbered = true,
    .first_number = 0,
    .last_number = 0xffff,
    .wraps_to = 0,
    .has_heartbeat = false,
    .has_session = false,
    .max_units = 80,
    .default_port = 5004,
    .write = &write,
};

}  // namespace wirecause
