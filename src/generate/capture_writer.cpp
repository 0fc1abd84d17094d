// SPDX-License-Identifier: Apache-2.0
#include "generate/capture_writer.hpp"

#include <algorithm>

#include "generate/byte_writer.hpp"

namespace wirecause::generate {
namespace {

constexpr std::size_t kFlushAt = 1U << 18U;
constexpr std::uint32_t kLinkEthernet = 1;
constexpr std::uint32_t kWholePackets = 262'144;  // what tcpdump writes for "no limit"
constexpr std::uint64_t kSecond = 1'000'000'000;

std::size_t padded(std::size_t n) { return (n + 3) / 4 * 4; }

// pcap: magic, 2.4, zone, accuracy, snap length, link type.
void write_pcap_header(bool nanoseconds, std::uint32_t snaplen, ByteWriter& out) {
  out.le32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
  out.le16(2);
  out.le16(4);
  out.le32(0);
  out.le32(0);
  out.le32(snaplen);
  out.le32(kLinkEthernet);
}

// pcapng Section Header Block, length of the section unknown.
void write_section(ByteWriter& out) {
  out.le32(0x0a0d0d0a);
  out.le32(28);
  out.le32(0x1a2b3c4d);
  out.le16(1);
  out.le16(0);
  out.le64(~std::uint64_t{0});
  out.le32(28);
}

void write_text_option(std::uint16_t code, const std::string& text, ByteWriter& out) {
  out.le16(code);
  out.le16(static_cast<std::uint16_t>(text.size()));
  out.text(text);
  out.zeros(padded(text.size()) - text.size());
}

// Interface Description Block with if_name (2) and if_tsresol (9) = 10^-9 s.
void write_interface(const std::string& name, std::uint32_t snaplen, ByteWriter& out) {
  const auto length = static_cast<std::uint32_t>(20 + 4 + padded(name.size()) + 8 + 4);
  out.le32(1);
  out.le32(length);
  out.le16(kLinkEthernet);
  out.le16(0);
  out.le32(snaplen);
  write_text_option(2, name, out);
  out.le16(9);
  out.le16(1);
  out.le32(9);
  out.le32(0);  // end of options
  out.le32(length);
}

void write_stamp(TimeNs stamp, ByteWriter& out) {
  const auto ticks = static_cast<std::uint64_t>(stamp.ns);
  out.le32(static_cast<std::uint32_t>(ticks >> 32U));
  out.le32(static_cast<std::uint32_t>(ticks));
}

void write_counter_option(std::uint16_t code, std::uint64_t value, ByteWriter& out) {
  out.le16(code);
  out.le16(8);
  out.le64(value);
}

// Interface Statistics Block with isb_ifrecv (4) and, where stated, isb_ifdrop (5).
void write_statistics(std::uint32_t interface, TimeNs stamp, const InterfaceCounts& counts, ByteWriter& out) {
  const std::uint32_t length = 24 + 12 + (counts.dropped ? 12 : 0) + 4;
  out.le32(5);
  out.le32(length);
  out.le32(interface);
  write_stamp(stamp, out);
  write_counter_option(4, counts.received, out);
  if (counts.dropped) write_counter_option(5, *counts.dropped, out);
  out.le32(0);
  out.le32(length);
}

}  // namespace

CaptureWriter::CaptureWriter(CaptureFormat format, std::vector<std::string> interfaces, std::uint32_t snaplen,
                             ByteSink& sink)
    : format_(format),
      interfaces_(std::move(interfaces)),
      snaplen_(snaplen == 0 ? kWholePackets : snaplen),
      sink_(sink) {}

Result<void> CaptureWriter::begin() {
  ByteWriter out(buffer_);
  if (format_ != CaptureFormat::pcapng) {
    write_pcap_header(format_ == CaptureFormat::pcap_ns, snaplen_, out);
    return {};
  }
  write_section(out);
  for (const std::string& name : interfaces_) write_interface(name, snaplen_, out);
  return {};
}

TimeNs CaptureWriter::visible(TimeNs stamp) const noexcept {
  return format_ == CaptureFormat::pcap ? TimeNs{stamp.ns - stamp.ns % 1000} : stamp;
}

Result<void> CaptureWriter::packet(std::uint32_t interface, TimeNs stamp, std::span<const std::byte> frame) {
  ByteWriter out(buffer_);
  const auto length = static_cast<std::uint32_t>(frame.size());
  const std::uint32_t captured = std::min(length, snaplen_);
  if (format_ == CaptureFormat::pcapng) {  // Enhanced Packet Block
    const auto block = static_cast<std::uint32_t>(32 + padded(captured));
    out.le32(6);
    out.le32(block);
    out.le32(interface);
    write_stamp(stamp, out);
    out.le32(captured);
    out.le32(length);
    out.bytes(frame.first(captured));
    out.zeros(padded(captured) - captured);
    out.le32(block);
  } else {
    const auto ns = static_cast<std::uint64_t>(stamp.ns);
    const std::uint64_t fraction = ns % kSecond;
    out.le32(static_cast<std::uint32_t>(ns / kSecond));
    out.le32(static_cast<std::uint32_t>(format_ == CaptureFormat::pcap ? fraction / 1000 : fraction));
    out.le32(captured);
    out.le32(length);
    out.bytes(frame.first(captured));
  }
  return flush_if_full();
}

Result<void> CaptureWriter::flush_if_full() {
  if (buffer_.size() < kFlushAt) return {};
  WC_TRY(sink_.write(buffer_));
  buffer_.clear();
  return {};
}

Result<void> CaptureWriter::end(TimeNs stamp, std::span<const InterfaceCounts> counts) {
  if (format_ == CaptureFormat::pcapng) {
    ByteWriter out(buffer_);
    for (std::uint32_t i = 0; i < counts.size(); ++i) write_statistics(i, stamp, counts[i], out);
  }
  WC_TRY(sink_.write(buffer_));
  buffer_.clear();
  return sink_.close();
}

}  // namespace wirecause::generate
