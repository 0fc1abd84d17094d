// Capture files as bytes, built in a test: PcapBytes and PcapngBytes, fluent, every field that a test wants to lie
// about.
//
// Who calls it: tests of capture and of everything that reads files. It follows the format drafts
// (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng) and shares no code with the readers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace wirecause::testing {

using ByteVector = std::vector<std::byte>;

inline ByteVector bytes_of(std::initializer_list<int> values) {
  ByteVector bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

inline ByteVector bytes_of(std::string_view text) {
  const auto raw = std::as_bytes(std::span(text));
  return {raw.begin(), raw.end()};
}

// `size` bytes that differ from each other and, by `seed`, from those of another packet.
inline ByteVector pattern(std::size_t size, unsigned seed = 0) {
  ByteVector bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 7 + seed * 31 + 1);
  return bytes;
}

class ByteWriter {
 public:
  explicit ByteWriter(std::endian order = std::endian::little) : order_(order) {}

  template <std::unsigned_integral T>
  ByteWriter& put(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      const std::size_t at = order_ == std::endian::little ? i : sizeof(T) - 1 - i;
      bytes_.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * at)));
    }
    return *this;
  }
  ByteWriter& u8(unsigned value) { return put(static_cast<std::uint8_t>(value)); }
  ByteWriter& u16(unsigned value) { return put(static_cast<std::uint16_t>(value)); }
  ByteWriter& u32(std::uint32_t value) { return put(value); }
  ByteWriter& u64(std::uint64_t value) { return put(value); }
  ByteWriter& raw(std::span<const std::byte> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  ByteWriter& padding() {
    while (bytes_.size() % 4 != 0) bytes_.push_back(std::byte{0});
    return *this;
  }

  const ByteVector& bytes() const { return bytes_; }

 private:
  std::endian order_;
  ByteVector bytes_;
};

// A pcap file: the header is written with the first packet (or by bytes()), so set its fields before.
class PcapBytes {
 public:
  PcapBytes& order(std::endian order) { return order_ = order, *this; }
  PcapBytes& magic(std::uint32_t magic) { return magic_ = magic, *this; }
  PcapBytes& nanoseconds() { return magic(0xa1b23c4d); }
  PcapBytes& version(unsigned major, unsigned minor) { return major_ = major, minor_ = minor, *this; }
  PcapBytes& snap_length(std::uint32_t length) { return snap_length_ = length, *this; }
  PcapBytes& network(std::uint32_t network) { return network_ = network, *this; }
  PcapBytes& after_header(const ByteVector& bytes) { return after_header_ = bytes, *this; }  // Ixia's total size
  PcapBytes& record_extra(const ByteVector& bytes) { return record_extra_ = bytes, *this; }  // of the records to come

  PcapBytes& packet(std::uint32_t seconds, std::uint32_t fraction, const ByteVector& data) {
    return record(seconds, fraction, static_cast<std::uint32_t>(data.size()), static_cast<std::uint32_t>(data.size()),
                  data);
  }
  PcapBytes& record(std::uint32_t seconds, std::uint32_t fraction, std::uint32_t captured, std::uint32_t original,
                    const ByteVector& data) {
    ByteWriter writer(order_);
    writer.u32(seconds).u32(fraction).u32(captured).u32(original).raw(record_extra_).raw(data);
    records_.insert(records_.end(), writer.bytes().begin(), writer.bytes().end());
    return *this;
  }
  PcapBytes& raw(const ByteVector& bytes) {
    records_.insert(records_.end(), bytes.begin(), bytes.end());
    return *this;
  }

  ByteVector bytes() const {
    ByteWriter writer(order_);
    writer.u32(magic_).u16(major_).u16(minor_).u32(0).u32(0).u32(snap_length_).u32(network_);
    return writer.raw(after_header_).raw(records_).bytes();
  }

 private:
  std::endian order_ = std::endian::little;
  std::uint32_t magic_ = 0xa1b2c3d4;
  unsigned major_ = 2;
  unsigned minor_ = 4;
  std::uint32_t snap_length_ = 262144;
  std::uint32_t network_ = 1;
  ByteVector after_header_;
  ByteVector record_extra_;
  ByteVector records_;
};

// The options of a pcapng block.
class OptionBytes {
 public:
  explicit OptionBytes(std::endian order = std::endian::little) : order_(order), writer_(order) {}

  OptionBytes& raw(unsigned code, const ByteVector& value) {
    writer_.u16(code).u16(static_cast<unsigned>(value.size())).raw(value).padding();
    return *this;
  }
  OptionBytes& text(unsigned code, std::string_view value) { return raw(code, bytes_of(value)); }
  OptionBytes& u8(unsigned code, unsigned value) { return raw(code, ByteWriter(order_).u8(value).bytes()); }
  OptionBytes& u32(unsigned code, std::uint32_t value) { return raw(code, ByteWriter(order_).u32(value).bytes()); }
  OptionBytes& u64(unsigned code, std::uint64_t value) { return raw(code, ByteWriter(order_).u64(value).bytes()); }
  OptionBytes& end() { return raw(0, {}); }

  const ByteVector& bytes() const { return writer_.bytes(); }

 private:
  std::endian order_;
  ByteWriter writer_;
};

// A pcapng file, block after block. `order` holds for the blocks that follow.
class PcapngBytes {
 public:
  PcapngBytes& order(std::endian order) { return order_ = order, *this; }
  OptionBytes options() const { return OptionBytes(order_); }

  PcapngBytes& block(std::uint32_t type, const ByteVector& body) {
    const ByteVector padded_body = ByteWriter(order_).raw(body).padding().bytes();
    const auto length = static_cast<std::uint32_t>(padded_body.size() + 12);
    return raw(ByteWriter(order_).u32(type).u32(length).raw(padded_body).u32(length).bytes());
  }
  PcapngBytes& raw(const ByteVector& bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  PcapngBytes& section(const OptionBytes& options = OptionBytes(), unsigned major = 1, unsigned minor = 0) {
    const ByteWriter body = ByteWriter(order_).u32(0x1a2b3c4d).u16(major).u16(minor).u64(~std::uint64_t{0});
    return block(0x0a0d0d0a, ByteWriter(body).raw(options.bytes()).bytes());
  }
  PcapngBytes& interface(const OptionBytes& options = OptionBytes(), unsigned link_type = 1,
                         std::uint32_t snap_length = 0) {
    return block(1, ByteWriter(order_).u16(link_type).u16(0).u32(snap_length).raw(options.bytes()).bytes());
  }
  PcapngBytes& enhanced(std::uint32_t interface, std::uint64_t ticks, const ByteVector& data,
                        const OptionBytes& options = OptionBytes()) {
    return enhanced_lengths(interface, ticks, static_cast<std::uint32_t>(data.size()),
                            static_cast<std::uint32_t>(data.size()), data, options);
  }
  PcapngBytes& enhanced_lengths(std::uint32_t interface, std::uint64_t ticks, std::uint32_t captured,
                                std::uint32_t original, const ByteVector& data,
                                const OptionBytes& options = OptionBytes()) {
    ByteWriter body(order_);
    body.u32(interface).u32(static_cast<std::uint32_t>(ticks >> 32U)).u32(static_cast<std::uint32_t>(ticks));
    body.u32(captured).u32(original).raw(data).padding().raw(options.bytes());
    return block(6, body.bytes());
  }
  PcapngBytes& simple(std::uint32_t original, const ByteVector& data) {
    return block(3, ByteWriter(order_).u32(original).raw(data).bytes());
  }
  PcapngBytes& obsolete(unsigned interface, unsigned drops, std::uint64_t ticks, const ByteVector& data,
                        const OptionBytes& options = OptionBytes()) {
    ByteWriter body(order_);
    body.u16(interface).u16(drops);
    body.u32(static_cast<std::uint32_t>(ticks >> 32U)).u32(static_cast<std::uint32_t>(ticks));
    body.u32(static_cast<std::uint32_t>(data.size())).u32(static_cast<std::uint32_t>(data.size()));
    return block(2, body.raw(data).padding().raw(options.bytes()).bytes());
  }
  PcapngBytes& statistics(std::uint32_t interface, const OptionBytes& options) {
    return block(5, ByteWriter(order_).u32(interface).u32(0).u32(0).raw(options.bytes()).bytes());
  }

  const ByteVector& bytes() const { return bytes_; }

 private:
  std::endian order_ = std::endian::little;
  ByteVector bytes_;
};

}  // namespace wirecause::testing
