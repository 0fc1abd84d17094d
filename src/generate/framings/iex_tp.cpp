// IEX-TP 1.26 with TOPS 1.6 messages, little-endian:
//
//   0 version=1 | 1 reserved | 2+2 protocol 0x8003 | 4+4 channel | 8+4 session | 12+2 payload length | 14+2 count |
//   16+8 stream offset | 24+8 first sequence | 32+8 send time (ns, Unix) = 40, then count x { 2 length, message }
//
// A heartbeat has payload length and count 0, and carries the next number and the next stream offset. Message lengths
// are a function of the number alone, so that the stream offset is too.
// SPDX-License-Identifier: Apache-2.0
#include "generate/byte_writer.hpp"
#include "generate/framing_writer.hpp"
#include "generate/random.hpp"

namespace wirecause {
namespace {

using generate::ByteWriter;
using generate::mixed;

constexpr std::uint16_t kQuoteLength = 42;  // 'Q': type, flags, time 8, symbol 8, bid size 4, bid 8, ask 8, ask size 4
constexpr std::uint16_t kTradeLength = 38;  // 'T': type, flags, time 8, symbol 8, size 4, price 8, trade id 8

constexpr bool is_trade(std::uint64_t number) { return number % 4 == 3; }

// Bytes of messages 1 .. number-1 with their length fields.
constexpr std::uint64_t stream_offset(std::uint64_t number) {
  constexpr std::uint64_t kQuote = kQuoteLength + 2U;
  constexpr std::uint64_t kTrade = kTradeLength + 2U;
  const std::uint64_t before = number - 1;
  const std::uint64_t rest = before % 4;  // of a cycle quote, quote, trade, quote
  return before / 4 * (3 * kQuote + kTrade) + rest * kQuote - (rest == 3 ? kQuote - kTrade : 0);
}

void write_message(const OutgoingPacket& packet, std::uint64_t number, ByteWriter& out) {
  const std::uint64_t random = mixed(packet.seed ^ mixed(number));
  const bool trade = is_trade(number);
  out.le16(trade ? kTradeLength : kQuoteLength);
  out.u8(trade ? 'T' : 'Q');
  out.u8(trade ? 0x00 : 0x40);
  out.le64(static_cast<std::uint64_t>(packet.send_time.ns));
  out.text(random % 2 == 0 ? "ZIEXT   " : "ZEXIT   ");
  const std::uint64_t price = 100'000 + random % 900'000;  // 10 to 99 dollars in 1/10000
  out.le32(100U * static_cast<std::uint32_t>(1 + random % 97));
  out.le64(price);
  if (trade) {
    out.le64(random);
    return;
  }
  out.le64(price + 100);
  out.le32(static_cast<std::uint32_t>(random >> 32U));
}

void write(const OutgoingPacket& packet, std::vector<std::byte>& bytes) {
  constexpr std::uint16_t kTops16 = 0x8003;
  constexpr std::uint32_t kFirstSession = 0x43cd0000;  // any number; the feed's own changes daily
  const std::uint64_t offset = stream_offset(packet.first);
  const std::uint64_t length = stream_offset(packet.first + packet.units) - offset;
  ByteWriter out(bytes);
  out.u8(1);
  out.u8(0);
  out.le16(kTops16);
  out.le32(packet.channel);
  out.le32(kFirstSession + packet.session);
  out.le16(static_cast<std::uint16_t>(length));
  out.le16(static_cast<std::uint16_t>(packet.units));
  out.le64(offset);
  out.le64(packet.first);
  out.le64(static_cast<std::uint64_t>(packet.send_time.ns));
  for (std::uint32_t i = 0; i < packet.units; ++i) write_message(packet, packet.first + i, out);
}

}  // namespace

extern constinit const FramingWriter framing_writer_iex_tp{
    .id = "iex_tp",
    .max_units = 30,
    .default_port = 10378,
    .write = &write,
};

}  // namespace wirecause
