// MoldUDP64 1.00 with Nasdaq ITCH 5.0 messages inside, big-endian:
//
//   0      10 session (ASCII)   10      18 first sequence   18  20 count   then count x { 2 length, message }
//   ITCH:  0 type   1  3 stock locate   3  5 tracking   5  11 ns since Eastern midnight   11 body by type
//
// Count 0 is a heartbeat, 0xFFFF the end of the session; both carry the next number.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "generate/byte_writer.hpp"
#include "generate/eastern_time.hpp"
#include "generate/framing_writer.hpp"
#include "generate/random.hpp"

namespace wirecause {
namespace {

using generate::ByteWriter;
using generate::eastern_ns_since_midnight;
using generate::mixed;

struct ItchType {
  char type;
  std::uint8_t length;
};
// Lengths of ITCH 5.0, sections 1.3 to 1.5: add, execute, cancel, delete, replace, trade.
constexpr std::array<ItchType, 8> kTypes{
    {{'A', 36}, {'A', 36}, {'E', 31}, {'D', 19}, {'X', 23}, {'U', 35}, {'A', 36}, {'P', 44}}};

void write_itch(std::uint64_t seed, std::uint64_t unit, std::uint64_t timestamp, ByteWriter& out) {
  std::uint64_t random = mixed(seed ^ mixed(unit));
  const ItchType message = kTypes[random % kTypes.size()];
  out.be16(message.length);
  out.u8(static_cast<std::uint8_t>(message.type));
  out.be16(static_cast<std::uint16_t>(random >> 16U) & 0x1fffU);
  out.be16(0);
  out.be48(timestamp);
  for (std::size_t left = message.length - 11U; left > 0;) {
    random = mixed(random);
    if (left >= 8) {
      out.be64(random);
      left -= 8;
    } else {
      out.u8(static_cast<std::uint8_t>(random));
      --left;
    }
  }
}

void write_session(std::uint32_t session, ByteWriter& out) {
  std::array<char, 10> text{'W', 'C', '0', '0', '0', '0', '0', '0', '0', '0'};
  for (std::size_t at = text.size() - 1; at >= 2 && session > 0; --at, session /= 10)
    text[at] = static_cast<char>('0' + session % 10);
  out.text({text.data(), text.size()});
}

void write(const OutgoingPacket& packet, std::vector<std::byte>& bytes) {
  constexpr std::uint16_t kEndOfSession = 0xffff;
  ByteWriter out(bytes);
  write_session(packet.session, out);
  out.be64(packet.first);
  out.be16(packet.end_of_session ? kEndOfSession : static_cast<std::uint16_t>(packet.units));
  const std::uint64_t timestamp = packet.units == 0 ? 0 : eastern_ns_since_midnight(packet.send_time);
  for (std::uint32_t i = 0; i < packet.units; ++i) write_itch(packet.seed, packet.first + i, timestamp, out);
}

}  // namespace

extern constinit const FramingWriter framing_writer_moldudp64{
    .id = "moldudp64",
    .has_end_of_session = true,
    .max_units = 30,
    .default_port = 26477,
    .write = &write,
};

}  // namespace wirecause
