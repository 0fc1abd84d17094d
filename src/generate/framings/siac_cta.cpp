// SIAC CTA (CQS 2.10 binary), big-endian:
//
//   0 version | 1+2 block size | 3 feed 'Q' | 4 'O' original, 'V' sent again | 5+4 block sequence | 9 messages |
//   10+4 s | 14+4 ns | 18+2 checksum = 20, then { 2 length incl. itself, category, type, ... }, then 0 to an even size
//
// Line Integrity (category C, type T) is the heartbeat: one message in the block, the number of the last message sent,
// nothing consumed. A restart is marked by Reset Block Sequence Number (C, L) with the new counter: 0, as at Start of
// Day, so the next message is 1.
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

constexpr std::uint8_t kVersion = 2;
constexpr std::uint64_t kSecond = 1'000'000'000;

void write_time(TimeNs t, ByteWriter& out) {
  const auto ns = static_cast<std::uint64_t>(t.ns);
  out.be32(static_cast<std::uint32_t>(ns / kSecond));
  out.be32(static_cast<std::uint32_t>(ns % kSecond));
}

// Header of a message that the processor itself makes: participant 'S', time, message id, transaction, reference.
void message_header(std::uint16_t length, char category, char type, TimeNs t, std::uint32_t transaction,
                    ByteWriter& out) {
  out.be16(length);
  out.u8(static_cast<std::uint8_t>(category));
  out.u8(static_cast<std::uint8_t>(type));
  out.u8('S');
  write_time(t, out);
  out.u8(1);
  out.be32(transaction);
  out.be64(0);
}

// Every third quote is one byte longer, so that both even and odd blocks occur.
void write_quote(const OutgoingPacket& packet, std::uint64_t number, ByteWriter& out) {
  constexpr std::uint16_t kHeader = 26;
  const std::uint64_t random = mixed(packet.seed ^ mixed(number));
  const std::uint16_t body = number % 3 == 0 ? 25 : 24;
  message_header(kHeader + body, 'Q', 'S', packet.send_time, static_cast<std::uint32_t>(number), out);
  out.text("ZZZT ");
  out.be64(random);
  out.be64(mixed(random));
  out.text("R  ");
  if (body == 25) out.u8(' ');
}

void write_messages(const OutgoingPacket& packet, ByteWriter& out) {
  if (packet.heartbeat || packet.reset_mark) {
    message_header(26, 'C', packet.reset_mark ? 'L' : 'T', packet.send_time, 0, out);
    return;
  }
  for (std::uint32_t i = 0; i < packet.units; ++i) write_quote(packet, packet.first + i, out);
}

void write(const OutgoingPacket& packet, std::vector<std::byte>& bytes) {
  const bool control = packet.heartbeat || packet.reset_mark;
  const std::uint64_t number = packet.reset_mark ? 0 : control ? packet.last : packet.first;
  ByteWriter out(bytes);
  const std::size_t start = out.size();
  out.u8(kVersion);
  out.be16(0);
  out.u8('Q');
  out.u8(packet.retransmission ? 'V' : 'O');
  out.be32(static_cast<std::uint32_t>(number));
  out.u8(control ? 1 : static_cast<std::uint8_t>(packet.units));
  write_time(packet.send_time, out);
  out.be16(0);
  write_messages(packet, out);
  if ((out.size() - start) % 2 != 0) out.u8(0);
  out.put_be16(start + 1, static_cast<std::uint16_t>(out.size() - start));
  out.put_be16(start + 18, siac_checksum(bytes, start));
}

}  // namespace

extern constinit const FramingWriter framing_writer_siac_cta{
    .id = "siac_cta",
    .last_number = 0xffffffff,
    .has_session = false,
    .has_reset_mark = true,
    .marks_retransmissions = true,
    .max_units = 26,
    .heartbeat_interval_ns = 10'000'000'000,
    .default_port = 40001,
    .write = &write,
};

}  // namespace wirecause
