// CME MDP 3.0, little-endian: one number a packet.
//
//   0+4 packet sequence | 4+8 sending time (ns, Unix) = 12, then messages
//   { 2 size incl. itself | SBE: 2 block length | 2 template | 2 schema | 2 version | body }
//
// A heartbeat is AdminHeartbeat (template 12, empty block) in a packet with a number of its own, after 30 s of silence.
// SPDX-License-Identifier: Apache-2.0
#include "generate/byte_writer.hpp"
#include "generate/framing_writer.hpp"
#include "generate/random.hpp"

namespace wirecause {
namespace {

using generate::ByteWriter;
using generate::mixed;

constexpr std::uint16_t kSchema = 1;
constexpr std::uint16_t kVersion = 9;

void sbe_header(std::uint16_t size, std::uint16_t block, std::uint16_t template_id, ByteWriter& out) {
  out.le16(size);
  out.le16(block);
  out.le16(template_id);
  out.le16(kSchema);
  out.le16(kVersion);
}

// MDIncrementalRefreshBook46 with one entry and an empty order group: 10 + 11 + 3 + 32 + 8 bytes.
void write_book_refresh(const OutgoingPacket& packet, std::uint32_t which, ByteWriter& out) {
  const std::uint64_t random = mixed(packet.seed ^ mixed(packet.first * 64 + which));
  const bool last = which + 1 == packet.messages;
  sbe_header(64, 11, 46, out);
  out.le64(static_cast<std::uint64_t>(packet.send_time.ns));  // transact time
  out.u8(last ? 0x84 : 0x04);                                 // match event indicator: last quote, end of event
  out.zeros(2);
  out.le16(32);                                        // entry block
  out.u8(1);                                           // entries
  out.le64(400'000'000'000 + random % 1'000'000'000);  // price, 1e-9
  out.le32(1 + static_cast<std::uint32_t>(random >> 40U) % 500);
  out.le32(1000 + packet.channel);                     // security id
  out.le32(static_cast<std::uint32_t>(packet.first));  // rpt seq
  out.le32(1 + static_cast<std::uint32_t>(random >> 32U) % 50);
  out.u8(static_cast<std::uint8_t>(1 + random % 10));  // price level
  out.u8(static_cast<std::uint8_t>(random % 3));       // new, change, delete
  out.u8(random % 2 == 0 ? '0' : '1');                 // bid, offer
  out.zeros(5);
  out.le16(24);  // order entry block
  out.zeros(5);
  out.u8(0);
}

void write(const OutgoingPacket& packet, std::vector<std::byte>& bytes) {
  ByteWriter out(bytes);
  out.le32(static_cast<std::uint32_t>(packet.first));
  out.le64(static_cast<std::uint64_t>(packet.send_time.ns));
  if (packet.heartbeat) {
    sbe_header(10, 0, 12, out);
    return;
  }
  for (std::uint32_t i = 0; i < packet.messages; ++i) write_book_refresh(packet, i, out);
}

}  // namespace

extern constinit const FramingWriter framing_writer_cme_mdp3{
    .id = "cme_mdp3",
    .packet_numbered = true,
    .last_number = 0xffffffff,
    .heartbeat_consumes = true,
    .has_session = false,
    .max_units = 20,
    .heartbeat_interval_ns = 30'000'000'000,
    .default_port = 14310,
    .write = &write,
};

}  // namespace wirecause
