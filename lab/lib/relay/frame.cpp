// Checksums: RFC 1071; a UDP sum of 0 is sent as 0xffff (RFC 768).
// SPDX-License-Identifier: Apache-2.0
#include "frame.hpp"

namespace lab {
namespace {

constexpr std::size_t kEthernet = 14;
constexpr std::size_t kUdpHeader = 8;
constexpr std::size_t kTcpHeader = 20;

std::uint32_t sum_of(std::span<const std::uint8_t> bytes, std::uint32_t sum) {
  for (std::size_t i = 0; i < bytes.size(); ++i)
    sum += i % 2 == 0 ? std::uint32_t{bytes[i]} << 8U : std::uint32_t{bytes[i]};
  return sum;
}

void find_transport(Layout& at, std::span<const std::uint8_t> frame, std::size_t begin) {
  if (at.protocol == kUdp && begin + kUdpHeader <= at.end) {
    at.payload = begin + kUdpHeader;
  } else if (at.protocol == kTcp && begin + kTcpHeader <= at.end) {
    const std::size_t length = std::size_t{4} * (frame[begin + 12] >> 4U);
    if (length < kTcpHeader || begin + length > at.end) return;
    at.payload = begin + length;
  } else {
    return;
  }
  at.transport = begin;
  at.source_port = static_cast<std::uint16_t>(read_big(frame, begin, 2));
  at.target_port = static_cast<std::uint16_t>(read_big(frame, begin + 2, 2));
}

void find_ipv4(Layout& at, std::span<const std::uint8_t> frame, std::size_t begin) {
  if (begin + 20 > frame.size()) return;
  const std::size_t header = std::size_t{4} * (frame[begin] & 15U);
  const std::size_t total = read_big(frame, begin + 2, 2);
  if (header < 20 || total < header || begin + total > frame.size()) return;
  at.network = begin;
  at.version = 4;
  at.protocol = frame[begin + 9];
  at.ip_id = static_cast<std::uint16_t>(read_big(frame, begin + 4, 2));
  at.end = begin + total;
  const std::uint64_t flags = read_big(frame, begin + 6, 2);
  at.must_not_fragment = (flags & 0x4000U) != 0;
  if ((flags & 0x3fffU) == 0) find_transport(at, frame, begin + header);
}

void find_ipv6(Layout& at, std::span<const std::uint8_t> frame, std::size_t begin) {
  if (begin + 40 > frame.size()) return;
  const std::size_t total = 40 + read_big(frame, begin + 4, 2);
  if (begin + total > frame.size()) return;
  at.network = begin;
  at.version = 6;
  at.protocol = frame[begin + 6];
  at.end = begin + total;
  at.must_not_fragment = true;
  find_transport(at, frame, begin + 40);
}

}  // namespace

std::uint64_t read_big(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = (value << 8U) | bytes[at + i];
  return value;
}

void write_big(Bytes& bytes, std::size_t at, std::uint64_t value, std::size_t width) {
  for (std::size_t i = width; i-- > 0; value >>= 8U) bytes[at + i] = static_cast<std::uint8_t>(value & 0xffU);
}

Layout layout_of(std::span<const std::uint8_t> frame) {
  Layout at;
  std::size_t type = kEthernet - 2;
  while (type + 2 <= frame.size()) {
    const std::uint64_t kind = read_big(frame, type, 2);
    if (kind == 0x8100 || kind == 0x88a8) {
      type += 4;
      continue;
    }
    if (kind == 0x0800) find_ipv4(at, frame, type + 2);
    if (kind == 0x86dd) find_ipv6(at, frame, type + 2);
    break;
  }
  return at;
}

std::optional<std::uint64_t> number_in(std::span<const std::uint8_t> frame, const Layout& at, const Field& field) {
  if (field.width == 0 || at.protocol != kUdp || at.payload == 0) return std::nullopt;
  const std::size_t begin = at.payload + field.offset;
  if (begin + field.width > at.end) return std::nullopt;
  if (!field.is_little) return read_big(frame, begin, field.width);
  std::uint64_t value = 0;
  for (std::size_t i = field.width; i-- > 0;) value = (value << 8U) | frame[begin + i];
  return value;
}

std::uint16_t internet_checksum(std::span<const std::uint8_t> bytes, std::uint32_t begin) {
  std::uint32_t sum = sum_of(bytes, begin);
  while (sum > 0xffffU) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum & 0xffffU);
}

void fix_network_checksum(Bytes& frame, const Layout& at) {
  if (at.version != 4) return;
  write_big(frame, at.network + 10, 0, 2);
  const std::size_t length = std::size_t{4} * (frame[at.network] & 15U);
  write_big(frame, at.network + 10, internet_checksum(std::span(frame).subspan(at.network, length)), 2);
}

void fix_transport_checksum(Bytes& frame, const Layout& at) {
  if (at.transport == 0) return;
  const std::size_t field = at.transport + (at.protocol == kUdp ? 6 : 16);
  if (at.protocol == kUdp && at.version == 4 && read_big(frame, field, 2) == 0) return;
  write_big(frame, field, 0, 2);
  const std::span<const std::uint8_t> bytes(frame);
  const std::size_t addresses = at.network + (at.version == 4 ? 12 : 8);
  const std::size_t length = at.end - at.transport;
  std::uint32_t sum = sum_of(bytes.subspan(addresses, at.version == 4 ? 8 : 32), at.protocol);
  sum += static_cast<std::uint32_t>(length);
  std::uint16_t checksum = internet_checksum(bytes.subspan(at.transport, length), sum);
  if (checksum == 0 && at.protocol == kUdp) checksum = 0xffff;
  write_big(frame, field, checksum, 2);
}

}  // namespace lab
