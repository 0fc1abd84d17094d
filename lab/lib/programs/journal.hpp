// What a test consumer read, as ranges of numbers in the order of reading: the ground truth for `read`, and for which
// numbers its socket dropped.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lab {

// First number and count of a datagram; count 0: it takes none (heartbeat) or cannot be read.
struct Numbers {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

inline std::uint64_t big(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = (value << 8U) | bytes[at + i];
  return value;
}

inline std::uint64_t little(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = width; i-- > 0;) value = (value << 8U) | bytes[at + i];
  return value;
}

// Where the numbers stand: datagram.hpp.
inline Numbers numbers_of(const std::string& framing, std::span<const std::uint8_t> bytes) {
  if (framing == "mold" && bytes.size() >= 20) {
    const std::uint64_t count = big(bytes, 18, 2);
    return {big(bytes, 10, 8), count == 0xffff ? 0 : count};
  }
  if (framing == "pitch" && bytes.size() >= 8) return {little(bytes, 4, 4), bytes[2]};
  if (framing == "cme" && bytes.size() >= 12) return {little(bytes, 0, 4), 1};
  if (framing == "iex" && bytes.size() >= 40) return {little(bytes, 24, 8), little(bytes, 14, 2)};
  if (framing == "cta" && bytes.size() >= 24) {
    const bool is_line_integrity = bytes[22] == 'C' && bytes[23] == 'T';
    return {big(bytes, 5, 4), is_line_integrity ? 0U : std::uint64_t{bytes[9]}};
  }
  return {};
}

class Journal {
 public:
  void add(Numbers read) {
    ++datagrams_;
    if (read.count == 0) return;
    units_ += read.count;
    if (!ranges_.empty() && ranges_.back().next == read.first) {
      ranges_.back().next += read.count;
    } else {
      ranges_.push_back({read.first, read.first + read.count});
    }
  }

  std::uint64_t datagrams() const { return datagrams_; }
  std::uint64_t units() const { return units_; }

  // "[[1,101],[103,200]]": from the first number up to, not including, the second.
  std::string text() const {
    std::string out = "[";
    for (const Range& r : ranges_) {
      if (out.size() > 1) out += ',';
      out += '[' + std::to_string(r.first) + ',' + std::to_string(r.next) + ']';
    }
    return out + ']';
  }

 private:
  struct Range {
    std::uint64_t first;
    std::uint64_t next;
  };
  std::vector<Range> ranges_;
  std::uint64_t datagrams_ = 0;
  std::uint64_t units_ = 0;
};

}  // namespace lab
