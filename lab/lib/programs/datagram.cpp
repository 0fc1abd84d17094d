// Layouts: datagram.hpp.
// SPDX-License-Identifier: Apache-2.0
#include "datagram.hpp"

#include "words.hpp"

namespace lab {
namespace {

using Bytes = std::vector<std::uint8_t>;

void put_big(Bytes& out, std::uint64_t value, unsigned width) {
  for (unsigned i = width; i-- > 0;) out.push_back(static_cast<std::uint8_t>((value >> (8U * i)) & 0xffU));
}

void put_little(Bytes& out, std::uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; ++i) out.push_back(static_cast<std::uint8_t>((value >> (8U * i)) & 0xffU));
}

void put_mold_header(Bytes& out, std::uint64_t number, std::uint32_t count) {
  for (const char c : std::string("LIVETEST01")) out.push_back(static_cast<std::uint8_t>(c));
  put_big(out, number, 8);
  put_big(out, count, 2);
}

// The bytes of a message depend on its number alone, so that lines A and B carry the same.
Bytes mold(std::uint64_t number, std::uint32_t messages, std::uint32_t size) {
  Bytes out;
  put_mold_header(out, number, messages);
  for (std::uint32_t i = 0; i < messages; ++i) {
    put_big(out, size, 2);
    for (std::uint32_t at = 0; at < size; ++at)
      out.push_back(static_cast<std::uint8_t>('a' + (number + i + std::uint64_t{at} * 7U) % 26U));
  }
  return out;
}

void put_add_order(Bytes& out, std::uint64_t number) {
  constexpr std::uint8_t kLength = 26;
  constexpr std::uint8_t kAddOrderShort = 0x22;
  out.push_back(kLength);
  out.push_back(kAddOrderShort);
  put_little(out, number % 1'000'000'000, 4);  // nanoseconds in a second that no Time message has told
  put_little(out, 0x1000'0000 + number, 8);    // order
  out.push_back('B');
  put_little(out, 100 + number % 9, 2);  // quantity
  for (const char c : std::string("WIREC ")) out.push_back(static_cast<std::uint8_t>(c));
  put_little(out, 10'000 + number % 100, 2);  // price
  out.push_back(1);
}

Bytes pitch(std::uint64_t number, std::uint32_t messages) {
  constexpr std::uint32_t kHeader = 8;
  constexpr std::uint32_t kAddOrder = 26;
  Bytes out;
  put_little(out, kHeader + messages * kAddOrder, 2);
  put_little(out, messages, 1);
  out.push_back(1);  // unit
  put_little(out, number, 4);
  for (std::uint32_t i = 0; i < messages; ++i) put_add_order(out, number + i);
  return out;
}

Bytes cme(std::uint64_t number, std::int64_t now_ns) {
  constexpr std::uint32_t kBlock = 11;
  constexpr std::uint32_t kEntry = 32;
  Bytes out;
  put_little(out, number, 4);
  put_little(out, static_cast<std::uint64_t>(now_ns), 8);
  put_little(out, 10 + kBlock + 3 + kEntry, 2);  // size of the message, itself included
  put_little(out, kBlock, 2);
  put_little(out, 46, 2);  // MDIncrementalRefreshBook
  put_little(out, 1, 2);   // schema
  put_little(out, 9, 2);   // version
  put_little(out, static_cast<std::uint64_t>(now_ns), 8);
  put_little(out, 0x84, 3);  // match event, padding
  put_little(out, kEntry, 2);
  out.push_back(1);  // entries
  for (std::uint32_t at = 0; at < kEntry; ++at) out.push_back(static_cast<std::uint8_t>(number + at));
  return out;
}

void put_iex_header(Bytes& out, std::uint64_t number, std::uint32_t count, std::uint32_t body,
                    std::uint64_t stream_offset, std::int64_t now_ns) {
  out.push_back(1);  // version
  out.push_back(0);
  put_little(out, 0x8003, 2);       // TOPS 1.6
  put_little(out, 1, 4);            // channel
  put_little(out, 0x4c410001U, 4);  // session
  put_little(out, body, 2);
  put_little(out, count, 2);
  put_little(out, stream_offset, 8);
  put_little(out, number, 8);
  put_little(out, static_cast<std::uint64_t>(now_ns), 8);
}

// All messages are of one length, so that the stream offset follows from the number.
Bytes iex(std::uint64_t number, std::uint32_t messages, std::uint32_t size, std::int64_t now_ns) {
  Bytes out;
  put_iex_header(out, number, messages, messages * (2 + size), (number - 1) * (2 + size), now_ns);
  for (std::uint32_t i = 0; i < messages; ++i) {
    put_little(out, size, 2);
    for (std::uint32_t at = 0; at < size; ++at)
      out.push_back(at == 0 ? std::uint8_t{'Q'} : static_cast<std::uint8_t>(number + i + at));
  }
  return out;
}

// CTA: the block's checksum is the low 16 bits of the sum of all bytes but its own; a zero byte makes the size even.
Bytes cta_block(std::uint64_t number, std::uint32_t messages, std::int64_t now_ns, const Bytes& body) {
  constexpr std::size_t kHeader = 20;
  constexpr std::size_t kChecksum = 18;
  const std::size_t padding = body.size() % 2;
  Bytes out;
  out.push_back(1);  // version
  put_big(out, kHeader + body.size() + padding, 2);
  out.push_back('Q');  // quotes
  out.push_back('O');  // original
  put_big(out, number, 4);
  put_big(out, messages, 1);
  put_big(out, static_cast<std::uint64_t>(now_ns / 1'000'000'000), 4);
  put_big(out, static_cast<std::uint64_t>(now_ns % 1'000'000'000), 4);
  put_big(out, 0, 2);
  out.insert(out.end(), body.begin(), body.end());
  if (padding != 0) out.push_back(0);
  std::uint32_t sum = 0;
  for (const std::uint8_t byte : out) sum += byte;
  out[kChecksum] = static_cast<std::uint8_t>((sum >> 8U) & 0xffU);
  out[kChecksum + 1] = static_cast<std::uint8_t>(sum & 0xffU);
  return out;
}

void put_cta_message(Bytes& out, char category, char type, std::uint64_t number, std::uint32_t size) {
  put_big(out, 4 + size, 2);  // itself included
  out.push_back(static_cast<std::uint8_t>(category));
  out.push_back(static_cast<std::uint8_t>(type));
  for (std::uint32_t at = 0; at < size; ++at) out.push_back(static_cast<std::uint8_t>('A' + (number + at) % 26U));
}

Bytes cta(std::uint64_t number, std::uint32_t messages, std::uint32_t size, std::int64_t now_ns) {
  Bytes body;
  for (std::uint32_t i = 0; i < messages; ++i) put_cta_message(body, 'Q', 'L', number + i, size);
  return cta_block(number, messages, now_ns, body);
}

}  // namespace

Framing framing_of(const std::string& name) {
  if (name == "mold") return Framing::mold;
  if (name == "pitch") return Framing::pitch;
  if (name == "cme") return Framing::cme;
  if (name == "iex") return Framing::iex;
  if (name == "cta") return Framing::cta;
  give_up("lab program", "framing '" + name + "': mold, pitch, cme, iex or cta");
}

std::uint32_t numbers_in(Framing framing, std::uint32_t messages) { return framing == Framing::cme ? 1 : messages; }

Bytes data_datagram(Framing framing, std::uint64_t number, std::uint32_t messages, std::uint32_t size,
                    std::int64_t now_ns) {
  switch (framing) {
    case Framing::mold:
      return mold(number, messages, size);
    case Framing::pitch:
      return pitch(number, messages);
    case Framing::iex:
      return iex(number, messages, size, now_ns);
    case Framing::cta:
      return cta(number, messages, size, now_ns);
    case Framing::cme:
      break;
  }
  return cme(number, now_ns);
}

void set_session(Framing framing, Bytes& datagram, std::uint32_t session) {
  constexpr std::size_t kMoldDigits = 8;
  constexpr std::size_t kIexSession = 8;
  if (framing == Framing::mold && datagram.size() >= kMoldDigits + 2) {
    datagram[kMoldDigits] = static_cast<std::uint8_t>('0' + session / 10 % 10);
    datagram[kMoldDigits + 1] = static_cast<std::uint8_t>('0' + session % 10);
  } else if (framing == Framing::iex && datagram.size() >= kIexSession + 2) {
    datagram[kIexSession] = static_cast<std::uint8_t>(session & 0xffU);
    datagram[kIexSession + 1] = static_cast<std::uint8_t>((session >> 8U) & 0xffU);
  }
}

Bytes heartbeat_datagram(Framing framing, std::uint64_t next, std::uint32_t size, std::int64_t now_ns) {
  Bytes out;
  if (framing == Framing::mold) put_mold_header(out, next, 0);
  if (framing == Framing::pitch) {
    put_little(out, 8, 2);
    put_little(out, 0, 1);
    out.push_back(1);
    put_little(out, next, 4);
  }
  if (framing == Framing::iex) put_iex_header(out, next, 0, 0, (next - 1) * (2 + size), now_ns);
  if (framing == Framing::cta) {  // line integrity: bears the last number
    Bytes body;
    put_cta_message(body, 'C', 'T', next, 20);
    out = cta_block(next - 1, 1, now_ns, body);
  }
  return out;
}

}  // namespace lab
