// Netlink message bodies as the kernel would send them, written with libmnl: not with the code under test.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libmnl/libmnl.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace wirecause::testing {

class NetlinkMessage {
 public:
  template <class Header>
  explicit NetlinkMessage(const Header& header) {
    message_ = mnl_nlmsg_put_header(room_.data());
    std::memcpy(mnl_nlmsg_put_extra_header(message_, sizeof header), &header, sizeof header);
  }
  NetlinkMessage(const NetlinkMessage&) = delete;
  NetlinkMessage& operator=(const NetlinkMessage&) = delete;

  NetlinkMessage& u8(std::uint16_t type, std::uint8_t value) { return put(type, &value, sizeof value); }
  NetlinkMessage& u32(std::uint16_t type, std::uint32_t value) { return put(type, &value, sizeof value); }
  NetlinkMessage& be32(std::uint16_t type, std::uint32_t value) { return u32(type, __builtin_bswap32(value)); }
  NetlinkMessage& be64(std::uint16_t type, std::uint64_t value) {
    const std::uint64_t swapped = __builtin_bswap64(value);
    return put(type, &swapped, sizeof swapped);
  }
  NetlinkMessage& text(std::uint16_t type, const std::string& value) {
    mnl_attr_put_strz(message_, type, value.c_str());
    return *this;
  }
  NetlinkMessage& put(std::uint16_t type, const void* value, std::size_t size) {
    mnl_attr_put(message_, type, size, value);
    return *this;
  }
  // Attributes put inside by `fill` stand in one of this type.
  template <class Fill>
  NetlinkMessage& nested(std::uint16_t type, Fill fill) {
    nlattr* begin = mnl_attr_nest_start(message_, type);
    fill(*this);
    mnl_attr_nest_end(message_, begin);
    return *this;
  }
  // An exact copy, so that the sanitizer sees one byte over.
  std::vector<std::byte> body() const {
    const auto* from = static_cast<const std::byte*>(mnl_nlmsg_get_payload(message_));
    return {from, from + mnl_nlmsg_get_payload_len(message_)};
  }

 private:
  alignas(nlmsghdr) std::array<char, 8192> room_{};
  nlmsghdr* message_ = nullptr;
};

// Every cut of a body, and every body with one byte changed, is read without a fault.
template <class Read>
void expect_damage_is_survived(const std::vector<std::byte>& body, Read read) {
  for (std::size_t size = 0; size <= body.size(); ++size) {
    const std::vector<std::byte> cut(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(size));
    read(cut);
  }
  for (std::size_t at = 0; at < body.size(); ++at) {
    for (const unsigned value : {0x00U, 0x01U, 0x7fU, 0xffU}) {
      std::vector<std::byte> damaged = body;
      damaged[at] = static_cast<std::byte>(value);
      read(damaged);
    }
  }
}

}  // namespace wirecause::testing
