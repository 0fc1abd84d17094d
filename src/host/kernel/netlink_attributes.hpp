// Attributes of a netlink message: type, length, payload, each checked against the bytes that came.
//
// Our own loop: the macros of libmnl do not compile as C++, and this one is tested on every cut of every message. What is
// too short for its type reads as nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/netlink.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace wirecause {

struct NetlinkAttribute {
  std::uint16_t type = 0;  // without NLA_F_NESTED and NLA_F_NET_BYTEORDER
  std::span<const std::byte> payload;

  // The first bytes of the payload as the kernel's own integer.
  template <class T>
  std::optional<T> as() const {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    if (payload.size() < sizeof value) return std::nullopt;
    std::memcpy(&value, payload.data(), sizeof value);
    return value;
  }
  // In network byte order, as nfnetlink has it.
  std::optional<std::uint32_t> be32() const {
    const auto value = as<std::uint32_t>();
    return value ? std::optional(__builtin_bswap32(*value)) : std::nullopt;
  }
  std::optional<std::uint64_t> be64() const {
    const auto value = as<std::uint64_t>();
    return value ? std::optional(__builtin_bswap64(*value)) : std::nullopt;
  }
  // Text up to its NUL.
  std::string text() const {
    std::string value;
    for (const std::byte byte : payload) {
      if (byte == std::byte{0}) break;
      value += static_cast<char>(byte);
    }
    return value;
  }
};

// Takes the first attribute off `bytes`; nothing: there is no whole one left.
inline std::optional<NetlinkAttribute> take_attribute(std::span<const std::byte>& bytes) {
  nlattr header{};
  if (bytes.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.nla_len < sizeof header || header.nla_len > bytes.size()) return std::nullopt;
  NetlinkAttribute attribute;
  attribute.type = static_cast<std::uint16_t>(header.nla_type & NLA_TYPE_MASK);
  attribute.payload = bytes.subspan(sizeof header, header.nla_len - sizeof header);
  const std::size_t aligned = (std::size_t{header.nla_len} + NLA_ALIGNTO - 1) & ~std::size_t{NLA_ALIGNTO - 1};
  bytes = bytes.subspan(std::min(aligned, bytes.size()));
  return attribute;
}

// The first attribute of that type.
inline std::optional<NetlinkAttribute> find_attribute(std::span<const std::byte> bytes, std::uint16_t type) {
  while (const auto attribute = take_attribute(bytes)) {
    if (attribute->type == type) return attribute;
  }
  return std::nullopt;
}

// A message body in the making: a fixed header, then attributes.
class NetlinkBody {
 public:
  template <class Header>
  explicit NetlinkBody(const Header& header) {
    append(&header, sizeof header);
  }
  NetlinkBody& text(std::uint16_t type, std::string_view value) {
    begin(type, value.size() + 1);
    append(value.data(), value.size());
    bytes_.push_back(std::byte{0});
    pad();
    return *this;
  }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  void begin(std::uint16_t type, std::size_t size) {
    nlattr header{};
    header.nla_len = static_cast<std::uint16_t>(sizeof header + size);
    header.nla_type = type;
    append(&header, sizeof header);
  }
  void append(const void* from, std::size_t size) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + size);
    if (size > 0) std::memcpy(bytes_.data() + at, from, size);
  }
  void pad() { bytes_.resize((bytes_.size() + NLA_ALIGNTO - 1) & ~std::size_t{NLA_ALIGNTO - 1}); }

  std::vector<std::byte> bytes_;
};

// The part of a message body behind its fixed header, and that header; nothing: it is cut.
template <class Header>
std::optional<Header> take_header(std::span<const std::byte>& body) {
  Header header{};
  if (body.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, body.data(), sizeof header);
  const std::size_t aligned = (sizeof header + NLMSG_ALIGNTO - 1) & ~std::size_t{NLMSG_ALIGNTO - 1};
  body = body.subspan(std::min(aligned, body.size()));
  return header;
}

}  // namespace wirecause
