// Option kinds: RFC 9293 (0, 1), RFC 7323 (3 window scale, 8 timestamps), RFC 2018 (4 SACK permitted).
// SPDX-License-Identifier: Apache-2.0
#include "change.hpp"

#include <algorithm>

namespace lab {
namespace {

constexpr std::uint8_t kEnd = 0;
constexpr std::uint8_t kNoOperation = 1;
constexpr std::uint8_t kWindowScale = 3;
constexpr std::uint8_t kSackPermitted = 4;
constexpr std::uint8_t kTimestamps = 8;

bool is_stripped(std::uint8_t kind, const Rule& rule) {
  return (kind == kWindowScale && rule.strips_wscale) || (kind == kSackPermitted && rule.strips_sack) ||
         (kind == kTimestamps && rule.strips_timestamps);
}

void put(Bytes& out, std::uint64_t value, std::size_t width) {
  out.resize(out.size() + width);
  write_big(out, out.size() - width, value, width);
}

void append(Bytes& out, const Bytes& from, std::size_t at, std::size_t length) {
  out.insert(out.end(), from.begin() + static_cast<std::ptrdiff_t>(at),
             from.begin() + static_cast<std::ptrdiff_t>(at + length));
}

Bytes reply_v4(Bytes out, const Bytes& frame, const Layout& at, std::uint32_t mtu) {
  const std::size_t quoted = std::min<std::size_t>(at.end - at.network, 28 + 40);
  const std::size_t begin = out.size();
  put(out, 0x4500, 2);
  put(out, 20 + 8 + quoted, 2);
  put(out, 0, 4);
  put(out, 64, 1);
  put(out, 1, 1);
  put(out, 0, 2);
  append(out, frame, at.network + 16, 4);
  append(out, frame, at.network + 12, 4);
  const std::size_t icmp = out.size();
  put(out, 0x0304, 2);
  put(out, 0, 4);
  put(out, mtu, 2);
  append(out, frame, at.network, quoted);
  write_big(out, icmp + 2, internet_checksum(std::span(out).subspan(icmp)), 2);
  write_big(out, begin + 10, internet_checksum(std::span(out).subspan(begin, 20)), 2);
  return out;
}

Bytes reply_v6(Bytes out, const Bytes& frame, const Layout& at, std::uint32_t mtu) {
  const std::size_t quoted = std::min<std::size_t>(at.end - at.network, 1232);
  const std::size_t begin = out.size();
  put(out, 0x60000000, 4);
  put(out, 8 + quoted, 2);
  put(out, 58, 1);
  put(out, 64, 1);
  append(out, frame, at.network + 24, 16);
  append(out, frame, at.network + 8, 16);
  const std::size_t icmp = out.size();
  put(out, 0x0200, 2);
  put(out, 0, 2);
  put(out, mtu, 4);
  append(out, frame, at.network, quoted);
  Bytes covered(out.begin() + static_cast<std::ptrdiff_t>(begin + 8), out.end());  // both addresses, then the message
  write_big(out, icmp + 2, internet_checksum(covered, 58 + static_cast<std::uint32_t>(8 + quoted)), 2);
  return out;
}

}  // namespace

bool flip_bit(Bytes& frame, const Layout& at, const Rule& rule) {
  const std::size_t begin = at.payload != 0 ? at.payload : at.network;
  if (begin == 0 || begin + rule.offset >= at.end) return false;
  frame[begin + rule.offset] = static_cast<std::uint8_t>(frame[begin + rule.offset] ^ (1U << rule.bit));
  if (rule.fixes_checksum) fix_transport_checksum(frame, at);
  return true;
}

bool rewrite_ttl(Bytes& frame, const Layout& at, const Rule& rule) {
  if (at.network == 0) return false;
  std::uint8_t& ttl = frame[at.network + (at.version == 4 ? 8U : 7U)];
  const int wanted = rule.ttl_set >= 0 ? rule.ttl_set : std::max(0, int{ttl} - rule.ttl_decrement);
  if (wanted == ttl) return false;
  ttl = static_cast<std::uint8_t>(wanted);
  fix_network_checksum(frame, at);
  return true;
}

bool strip_options(Bytes& frame, const Layout& at, const Rule& rule) {
  constexpr std::uint8_t kSyn = 2;
  if (at.protocol != kTcp || at.transport == 0 || (frame[at.transport + 13] & kSyn) == 0) return false;
  bool is_changed = false;
  for (std::size_t i = at.transport + 20; i < at.payload && frame[i] != kEnd;) {
    if (frame[i] == kNoOperation) {
      ++i;
      continue;
    }
    if (i + 1 >= at.payload || frame[i + 1] < 2 || i + frame[i + 1] > at.payload) break;
    const std::size_t length = frame[i + 1];
    if (is_stripped(frame[i], rule)) {
      std::fill_n(frame.begin() + static_cast<std::ptrdiff_t>(i), length, kNoOperation);
      is_changed = true;
    }
    i += length;
  }
  if (is_changed) fix_transport_checksum(frame, at);
  return is_changed;
}

Bytes too_big_reply(const Bytes& frame, const Layout& at, std::uint32_t mtu) {
  Bytes out;
  append(out, frame, 6, 6);
  append(out, frame, 0, 6);
  append(out, frame, 12, at.network - 12);  // tags and type
  return at.version == 4 ? reply_v4(std::move(out), frame, at, mtu) : reply_v6(std::move(out), frame, at, mtu);
}

}  // namespace lab
