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

}  // namespace

Framing framing_of(const std::string& name) {
  if (name == "mold") return Framing::mold;
  if (name == "pitch") return Framing::pitch;
  if (name == "cme") return Framing::cme;
  give_up("lab program", "framing '" + name + "': mold, pitch or cme");
}

std::uint32_t numbers_in(Framing framing, std::uint32_t messages) { return framing == Framing::cme ? 1 : messages; }

Bytes data_datagram(Framing framing, std::uint64_t number, std::uint32_t messages, std::uint32_t size,
                    std::int64_t now_ns) {
  switch (framing) {
    case Framing::mold:
      return mold(number, messages, size);
    case Framing::pitch:
      return pitch(number, messages);
    case Framing::cme:
      break;
  }
  return cme(number, now_ns);
}

Bytes heartbeat_datagram(Framing framing, std::uint64_t next) {
  Bytes out;
  if (framing == Framing::mold) put_mold_header(out, next, 0);
  if (framing == Framing::pitch) {
    put_little(out, 8, 2);
    put_little(out, 0, 1);
    out.push_back(1);
    put_little(out, next, 4);
  }
  return out;
}

}  // namespace lab
