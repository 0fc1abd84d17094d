// OPRA 6.3, big-endian:
//
//   0 version | 1+2 block size | 3 feed 'O' | 4 ' ' original, 'V' sent again | 5 session indicator | 6+4 block sequence
//   | 10 messages | 11+4 s | 15+4 ns | 19+2 checksum = 21, then messages without a length of their own: { participant,
//   category, type, indicator, 4 transaction, 4 participant reference, body by category }
//
// Line Integrity (category H, type N) is the heartbeat: one message in the block, the number of the last message sent,
// nothing consumed. A restart is marked by Reset Block Sequence Number (H, K) with the new counter: 0, so that 1
// follows.
// SPDX-License-Identifier: Apache-2.0
#include "generate/byte_writer.hpp"
#include "generate/framing_writer.hpp"
#include "generate/random.hpp"
#include "generate/siac_block.hpp"

namespace wirecause {
namespace {

using generate::ByteWriter;
using generate::mixed;
using generate::siac_checksum;

constexpr std::uint8_t kVersion = 6;
constexpr std::uint64_t kSecond = 1'000'000'000;

void message_header(char participant, char category, char type, char indicator, std::uint32_t transaction,
                    ByteWriter& out) {
  for (const char c : {participant, category, type, indicator}) out.u8(static_cast<std::uint8_t>(c));
  out.be32(transaction);
  out.be32(0);
}

// Short Equity and Index Quote: 12 + 17 bytes, without appendage (indicator A: neither best bid nor best offer
// changed).
void write_quote(std::uint64_t seed, std::uint64_t number, ByteWriter& out) {
  const std::uint64_t random = mixed(seed ^ mixed(number));
  message_header('C', 'q', ' ', 'A', static_cast<std::uint32_t>(number), out);
  out.text("ZVZZ");
  out.u8('A');                                                    // expiration month and side
  out.u8(17);                                                     // day
  out.u8(26);                                                     // year
  out.be16(static_cast<std::uint16_t>(random));                   // strike
  out.be16(static_cast<std::uint16_t>(random >> 16U) & 0x7fffU);  // bid
  out.be16(static_cast<std::uint16_t>(random >> 32U) & 0x0fffU);
  out.be16(static_cast<std::uint16_t>(random >> 24U) & 0x7fffU);  // offer
  out.be16(static_cast<std::uint16_t>(random >> 48U) & 0x0fffU);
}

void write_messages(const OutgoingPacket& packet, ByteWriter& out) {
  if (packet.heartbeat || packet.reset_mark) {
    message_header('O', 'H', packet.reset_mark ? 'K' : 'N', ' ', 0, out);
    out.be16(0);  // length of the control message's text
    return;
  }
  for (std::uint32_t i = 0; i < packet.units; ++i) write_quote(packet.seed, packet.first + i, out);
}

void write(const OutgoingPacket& packet, std::vector<std::byte>& bytes) {
  const bool control = packet.heartbeat || packet.reset_mark;
  const std::uint64_t number = packet.reset_mark ? 0 : control ? packet.last : packet.first;
  const auto ns = static_cast<std::uint64_t>(packet.send_time.ns);
  ByteWriter out(bytes);
  const std::size_t start = out.size();
  out.u8(kVersion);
  out.be16(0);
  out.u8('O');
  out.u8(packet.retransmission ? 'V' : ' ');
  out.u8(0);
  out.be32(static_cast<std::uint32_t>(number));
  out.u8(control ? 1 : static_cast<std::uint8_t>(packet.units));
  out.be32(static_cast<std::uint32_t>(ns / kSecond));
  out.be32(static_cast<std::uint32_t>(ns % kSecond));
  out.be16(0);
  write_messages(packet, out);
  out.put_be16(start + 1, static_cast<std::uint16_t>(out.size() - start));
  out.put_be16(start + 19, siac_checksum(bytes, start));
}

}  // namespace

extern constinit const FramingWriter framing_writer_opra{
    .id = "opra",
    .last_number = 0xffffffff,
    .has_session = false,
    .has_reset_mark = true,
    .marks_retransmissions = true,
    .max_units = 40,
    .heartbeat_interval_ns = 10'000'000'000,
    .default_port = 45004,
    .write = &write,
};

}  // namespace wirecause
