// Datagrams built by hand, field by field, as a specification draws them; and parsing them as a stream would.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "feed/framing.hpp"

namespace wirecause::test {

class Wire {
 public:
  Wire& u8(unsigned v) { return be(v, 1); }
  Wire& be16(std::uint64_t v) { return be(v, 2); }
  Wire& be32(std::uint64_t v) { return be(v, 4); }
  Wire& be48(std::uint64_t v) { return be(v, 6); }
  Wire& be64(std::uint64_t v) { return be(v, 8); }
  Wire& le16(std::uint64_t v) { return le(v, 2); }
  Wire& le32(std::uint64_t v) { return le(v, 4); }
  Wire& le64(std::uint64_t v) { return le(v, 8); }
  Wire& text(std::string_view s) {
    for (const char c : s) bytes_.push_back(static_cast<std::byte>(c));
    return *this;
  }
  Wire& fill(std::size_t n, unsigned v = 0) {
    bytes_.insert(bytes_.end(), n, static_cast<std::byte>(v));
    return *this;
  }
  Wire& add(const Wire& other) {
    bytes_.insert(bytes_.end(), other.bytes_.begin(), other.bytes_.end());
    return *this;
  }
  void put_be16(std::size_t at, unsigned v) {
    bytes_[at] = static_cast<std::byte>(v >> 8U);
    bytes_[at + 1] = static_cast<std::byte>(v);
  }
  // SIAC's checksum into a field that is still zero: the low 16 bits of the sum of all bytes.
  Wire& put_sum(std::size_t at) {
    unsigned sum = 0;
    for (const std::byte b : bytes_) sum += std::to_integer<unsigned>(b);
    put_be16(at, sum & 0xffffU);
    return *this;
  }
  std::size_t size() const { return bytes_.size(); }
  const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  Wire& be(std::uint64_t v, unsigned width) {
    for (unsigned i = width; i-- > 0;) bytes_.push_back(static_cast<std::byte>(v >> (8 * i)));
    return *this;
  }
  Wire& le(std::uint64_t v, unsigned width) {
    for (unsigned i = 0; i < width; ++i) bytes_.push_back(static_cast<std::byte>(v >> (8 * i)));
    return *this;
  }

  std::vector<std::byte> bytes_;
};

// A datagram of which the first `captured` bytes were captured.
inline Datagram datagram(const Wire& wire, std::size_t captured = SIZE_MAX) {
  Datagram d;
  d.payload = Bytes(wire.bytes()).first(std::min(captured, wire.size()));
  d.wire_length = static_cast<std::uint32_t>(wire.size());
  d.time = {1'700'000'000'000'000'000};
  d.source_port = 40'000;
  d.destination_port = 26'400;
  d.is_multicast = true;
  return d;
}

// One stream of one framing: keeps the framing's state from datagram to datagram.
class Stream {
 public:
  explicit Stream(std::string_view id, FramingConfig config = {}) : framing_(*find_framing(id)), config_(config) {}

  const Parsed& parse(const Datagram& d, std::size_t offset = 0) {
    framing_.parse(d, offset, config_, state_, parsed_);
    return parsed_;
  }
  const Parsed& parse(const Wire& wire) { return parse(datagram(wire)); }
  // The only run of a datagram that must be whole.
  Run run(const Wire& wire) {
    parse(wire);
    EXPECT_EQ(parsed_.outcome, DecodeOutcome::ok);
    EXPECT_EQ(parsed_.run_count, 1U);
    EXPECT_EQ(parsed_.resume_at, 0U);
    return parsed_.run_count == 0 ? Run{} : parsed_.runs[0];
  }
  Recognition recognise(const Wire& wire) const { return framing_.recognise(datagram(wire)); }
  std::vector<MessageSpan> messages(const Datagram& d, std::size_t room = 64) const {
    std::vector<MessageSpan> spans(room);
    spans.resize(framing_.messages(d, config_, spans));
    return spans;
  }
  std::string session_text(const Wire& wire) const { return framing_.session_text(datagram(wire), config_); }
  const Framing& framing() const { return framing_; }

 private:
  const Framing& framing_;
  FramingConfig config_;
  FramingState state_;
  Parsed parsed_;
};

}  // namespace wirecause::test
