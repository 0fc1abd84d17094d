// Deribit SBE multicast, little-endian: one numbered frame a message, several frames in a datagram.
//
//   0+2 length after this header | 2+2 channel | 4+4 sequence = 8, then SBE
//   { 2 block length | 2 template | 2 schema | 2 version | 2 groups | 2 variable fields } and the block
//
// Numbers start at 0. There is no heartbeat and no session.
// SPDX-License-Identifier: Apache-2.0
#include <bit>

#include "generate/byte_writer.hpp"
#include "generate/framing_writer.hpp"
#include "generate/random.hpp"

namespace wirecause {
namespace {

using generate::ByteWriter;
using generate::mixed;

// Price index (template 1008): name 16, price f64, time in ms since the epoch.
void write_frame(const OutgoingPacket& packet, std::uint64_t number, ByteWriter& out) {
  constexpr std::uint16_t kBlock = 32;
  constexpr std::uint16_t kSbeHeader = 12;
  const std::uint64_t random = mixed(packet.seed ^ mixed(number));
  out.le16(kSbeHeader + kBlock);
  out.le16(static_cast<std::uint16_t>(packet.channel));
  out.le32(static_cast<std::uint32_t>(number));
  out.le16(kBlock);
  out.le16(1008);
  out.le16(1);
  out.le16(2);
  out.le16(0);
  out.le16(0);
  out.text("btc_usd");
  out.zeros(9);
  out.le64(std::bit_cast<std::uint64_t>(20'000.0 + static_cast<double>(random % (1ULL << 40U)) / 1073741824.0));
  out.le64(static_cast<std::uint64_t>(packet.send_time.ns / 1'000'000));
}

void write(const OutgoingPacket& packet, std::vector<std::byte>& bytes) {
  ByteWriter out(bytes);
  for (std::uint32_t i = 0; i < packet.units; ++i) write_frame(packet, packet.first + i, out);
}

}  // namespace

extern constinit const FramingWriter framing_writer_deribit{
    .id = "deribit",
    .first_number = 0,
    .last_number = 0xffffffff,
    .wraps_to = 0,
    .has_heartbeat = false,
    .has_session = false,
    .max_units = 25,
    .default_port = 6100,
    .write = &write,
};

}  // namespace wirecause
