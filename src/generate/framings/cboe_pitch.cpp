// Cboe Multicast PITCH 2.41, little-endian: the Sequenced Unit Header and its messages.
//
//   0+2 length incl. header | 2 count | 3 unit | 4+4 sequence = 8, then count x { 1 length, 1 type, ... }
//
// Count 0 is a heartbeat and carries the next number. The Time message (0x20, seconds since Eastern midnight) precedes
// the first message of every second; all others carry nanoseconds within it. After 2^32-1 comes 1: 0 means
// "unsequenced".
// SPDX-License-Identifier: Apache-2.0
#include "generate/byte_writer.hpp"
#include "generate/eastern_time.hpp"
#include "generate/framing_writer.hpp"
#include "generate/random.hpp"

namespace wirecause {
namespace {

using generate::ByteWriter;
using generate::eastern_ns_since_midnight;
using generate::mixed;

constexpr std::uint64_t kSecond = 1'000'000'000;

void write_time(std::uint64_t since_midnight, ByteWriter& out) {
  out.u8(6);
  out.u8(0x20);
  out.le32(static_cast<std::uint32_t>(since_midnight / kSecond));
}

void begin(std::uint8_t length, std::uint8_t type, std::uint64_t since_midnight, std::uint64_t order, ByteWriter& out) {
  out.u8(length);
  out.u8(type);
  out.le32(static_cast<std::uint32_t>(since_midnight % kSecond));
  out.le64(order);
}

void write_message(std::uint64_t seed, std::uint64_t number, std::uint64_t since_midnight, ByteWriter& out) {
  const std::uint64_t random = mixed(seed ^ mixed(number));
  switch (random % 4) {
    case 0:
    case 1:  // Add Order (short)
      begin(26, 0x22, since_midnight, random, out);
      out.u8(random % 8 < 4 ? 'B' : 'S');
      out.le16(static_cast<std::uint16_t>(random >> 20U));
      out.text("ZVZZT ");
      out.le16(static_cast<std::uint16_t>(random >> 36U));
      out.u8(1);  // displayed
      return;
    case 2:  // Order Executed
      begin(26, 0x23, since_midnight, random, out);
      out.le32(static_cast<std::uint32_t>(random >> 24U) & 0xfffU);
      out.le64(mixed(random));
      return;
    default:  // Delete Order
      begin(14, 0x29, since_midnight, random, out);
  }
}

void write(const OutgoingPacket& packet, std::vector<std::byte>& bytes) {
  ByteWriter out(bytes);
  const std::size_t start = out.size();
  out.le16(0);
  out.u8(static_cast<std::uint8_t>(packet.units));
  out.u8(static_cast<std::uint8_t>(packet.channel));
  out.le32(static_cast<std::uint32_t>(packet.first));
  const std::uint64_t since_midnight = packet.units == 0 ? 0 : eastern_ns_since_midnight(packet.send_time);
  for (std::uint32_t i = 0; i < packet.units; ++i) {
    if (i == 0 && packet.first_of_second)
      write_time(since_midnight, out);
    else
      write_message(packet.seed, packet.first + i, since_midnight, out);
  }
  out.put_le16(start, static_cast<std::uint16_t>(out.size() - start));
}

}  // namespace

extern constinit const FramingWriter framing_writer_cboe_pitch{
    .id = "cboe_pitch",
    .last_number = 0xffffffff,
    .has_session = false,
    .max_units = 50,
    .default_port = 30501,
    .write = &write,
};

}  // namespace wirecause
