// A plain feed of nobody's own design, big-endian, for the framing that the user describes:
//
//   0+4 sequence | 4+2 count | 6+2 channel | 8+8 send time (ns, Unix) | 16+4 session = 20, then count x 16 bytes
//
// It is read with generic:seq=0/u32be,count=4/u16be,channel=6/u16be,time=8/u64be:ns,session=16/u32be. Count 0 is a
// heartbeat with the next number.
// SPDX-License-Identifier: Apache-2.0
#include "generate/byte_writer.hpp"
#include "generate/framing_writer.hpp"
#include "generate/random.hpp"

namespace wirecause {
namespace {

using generate::ByteWriter;
using generate::mixed;

void write(const OutgoingPacket& packet, std::vector<std::byte>& bytes) {
  ByteWriter out(bytes);
  out.be32(static_cast<std::uint32_t>(packet.first));
  out.be16(static_cast<std::uint16_t>(packet.units));
  out.be16(static_cast<std::uint16_t>(packet.channel));
  out.be64(static_cast<std::uint64_t>(packet.send_time.ns));
  out.be32(packet.session);
  for (std::uint32_t i = 0; i < packet.units; ++i) {
    const std::uint64_t random = mixed(packet.seed ^ mixed(packet.first + i));
    out.be64(random);
    out.be64(mixed(random));
  }
}

}  // namespace

extern constinit const FramingWriter framing_writer_generic{
    .id = "generic",
    .last_number = 0xffffffff,
    .wraps_to = 0,
    .max_units = 80,
    .default_port = 26400,
    .write = &write,
};

}  // namespace wirecause
