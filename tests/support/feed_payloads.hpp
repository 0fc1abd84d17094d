// UDP payloads of market data, written by hand from the specifications that src/feed/framings names: small, valid, and
// sharing no code with either the parsers or the senders.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wirecause::test {

// Whole numbers, one byte after the other.
class PayloadWriter {
 public:
  PayloadWriter& big(std::uint64_t value, unsigned width) {
    for (unsigned i = width; i-- > 0;) bytes_ += static_cast<char>(value >> (8 * i));
    return *this;
  }
  PayloadWriter& little(std::uint64_t value, unsigned width) {
    for (unsigned i = 0; i < width; ++i) bytes_ += static_cast<char>(value >> (8 * i));
    return *this;
  }
  PayloadWriter& text(std::string_view text) {
    bytes_ += text;
    return *this;
  }
  PayloadWriter& fill(std::size_t bytes, char value = 'x') {
    bytes_.append(bytes, value);
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// MoldUDP64 1.00: session 10, number 8, count 2, then length 2 and message of each. Messages of 19 bytes.
inline std::string mold_payload(std::uint64_t first, std::uint16_t count, std::string_view session = "SESSION001") {
  PayloadWriter out;
  out.text(session).big(first, 8).big(count, 2);
  for (std::uint16_t i = 0; i < count; ++i) out.big(19, 2).big(first + i, 8).fill(11, 'z');
  return out.bytes();
}
// Count 0 is a heartbeat, 0xffff the end of the session: both carry the next number and no message.
inline std::string mold_mark(std::uint64_t next, std::uint16_t count, std::string_view session = "SESSION001") {
  return PayloadWriter().text(session).big(next, 8).big(count, 2).bytes();
}

// Cboe PITCH 2.x: length u16, count u8, unit u8, sequence u32, little-endian; messages of length u8 and type u8.
inline std::string pitch_payload(std::uint8_t unit, std::uint32_t first, std::uint8_t count) {
  constexpr unsigned kMessage = 26;  // Add Order, long form is 34: any type and length will do
  PayloadWriter out;
  out.little(8 + count * kMessage, 2).little(count, 1).little(unit, 1).little(first, 4);
  for (unsigned i = 0; i < count; ++i)
    out.little(kMessage, 1).little(0x22, 1).little(i, 4).little(first + i, 4).fill(16);
  return out.bytes();
}

struct DeribitFrame {
  std::uint16_t channel = 0;
  std::uint32_t sequence = 0;
};
// Deribit: frames of length u16, channel u16, sequence u32, then an SBE message of 28 bytes behind its header of 12.
inline std::string deribit_payload(const std::vector<DeribitFrame>& frames) {
  PayloadWriter out;
  for (const DeribitFrame& frame : frames) {
    out.little(40, 2).little(frame.channel, 2).little(frame.sequence, 4);
    out.little(28, 2).little(1'002, 2).little(1, 2).little(3, 2).little(0, 4).little(frame.sequence, 4).fill(24);
  }
  return out.bytes();
}

// OPRA 6.x block, big-endian: version, size u16, feed 'O', retransmission, session, number u32, messages u8, seconds u32,
// nanoseconds u32, checksum u16; then messages of participant, category, type and more. The checksum is the low 16 bits of
// the sum of all other bytes of the block.
inline std::string opra_payload(std::uint32_t first, std::uint8_t count, std::size_t message = 20) {
  PayloadWriter head;
  head.big(6, 1).big(21 + count * message, 2).text("O ").big(0, 1).big(first, 4).big(count, 1);
  head.big(1'767'623'400, 4).big(0, 4);
  PayloadWriter body;
  for (unsigned i = 0; i < count; ++i) body.text("Ck ").big(first + i, 4).fill(message - 7, 'q');
  std::uint32_t sum = 0;
  for (const char c : head.bytes() + body.bytes()) sum += static_cast<unsigned char>(c);
  return head.big(sum & 0xffffU, 2).text(body.bytes()).bytes();
}

// RFC 3550: version 2, payload type 96, sequence u16, timestamp u32, SSRC u32.
inline std::string rtp_payload(std::uint16_t sequence, std::uint32_t ssrc = 0x1234'5678) {
  return PayloadWriter()
      .big(0x80, 1)
      .big(96, 1)
      .big(sequence, 2)
      .big(sequence * 160U, 4)
      .big(ssrc, 4)
      .fill(160)
      .bytes();
}

}  // namespace wirecause::test
