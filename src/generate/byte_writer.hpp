// Appends fields of a wire format to a buffer, in the byte order that its name says. Borrows the buffer.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace wirecause::generate {

class ByteWriter {
 public:
  explicit ByteWriter(std::vector<std::byte>& out) noexcept : out_(out) {}

  void u8(std::uint8_t v) { out_.push_back(std::byte{v}); }
  void be16(std::uint16_t v) { big(v, 2); }
  void be32(std::uint32_t v) { big(v, 4); }
  void be48(std::uint64_t v) { big(v, 6); }
  void be64(std::uint64_t v) { big(v, 8); }
  void le16(std::uint16_t v) { little(v, 2); }
  void le32(std::uint32_t v) { little(v, 4); }
  void le64(std::uint64_t v) { little(v, 8); }
  void zeros(std::size_t n) { out_.resize(out_.size() + n); }
  void text(std::string_view t) {
    for (const char c : t) out_.push_back(static_cast<std::byte>(c));
  }
  void bytes(std::span<const std::byte> b) { out_.insert(out_.end(), b.begin(), b.end()); }

  std::size_t size() const noexcept { return out_.size(); }
  // Overwrites a field that could only be known later.
  void put_be16(std::size_t at, std::uint16_t v) noexcept {
    out_[at] = static_cast<std::byte>(v >> 8U);
    out_[at + 1] = static_cast<std::byte>(v);
  }
  void put_le16(std::size_t at, std::uint16_t v) noexcept {
    out_[at] = static_cast<std::byte>(v);
    out_[at + 1] = static_cast<std::byte>(v >> 8U);
  }

 private:
  void big(std::uint64_t v, std::size_t width) {
    std::byte* const at = grown(width);
    for (std::size_t i = 0; i < width; ++i) at[i] = static_cast<std::byte>(v >> (8U * (width - 1 - i)));
  }
  void little(std::uint64_t v, std::size_t width) {
    std::byte* const at = grown(width);
    for (std::size_t i = 0; i < width; ++i) at[i] = static_cast<std::byte>(v >> (8U * i));
  }
  std::byte* grown(std::size_t width) {
    const std::size_t at = out_.size();
    out_.resize(at + width);
    return out_.data() + at;
  }

  std::vector<std::byte>& out_;
};

}  // namespace wirecause::generate
