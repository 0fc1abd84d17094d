// SPDX-License-Identifier: Apache-2.0
#include "base/address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

namespace wirecause {

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);
  in_addr four{};
  if (inet_pton(AF_INET, terminated.c_str(), &four) == 1) return v4(ntohl(four.s_addr));
  std::array<std::byte, 16> six{};
  if (inet_pton(AF_INET6, terminated.c_str(), six.data()) == 1) return v6(six);
  return std::nullopt;
}

bool IpAddress::is_v4() const noexcept {
  static constexpr std::array<std::byte, 12> kMapped{{std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0},
                                                      std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0},
                                                      std::byte{0}, std::byte{0}, std::byte{0xff}, std::byte{0xff}}};
  return std::memcmp(bytes_.data(), kMapped.data(), kMapped.size()) == 0;
}

bool IpAddress::is_multicast() const noexcept {
  if (is_v4()) return (bytes_[12] & std::byte{0xf0}) == std::byte{0xe0};
  return bytes_[0] == std::byte{0xff};
}

std::uint32_t IpAddress::v4_host_order() const noexcept {
  return (std::to_integer<std::uint32_t>(bytes_[12]) << 24U) | (std::to_integer<std::uint32_t>(bytes_[13]) << 16U) |
         (std::to_integer<std::uint32_t>(bytes_[14]) << 8U) | std::to_integer<std::uint32_t>(bytes_[15]);
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (is_v4()) {
    inet_ntop(AF_INET, bytes_.data() + 12, buffer.data(), buffer.size());
  } else {
    inet_ntop(AF_INET6, bytes_.data(), buffer.data(), buffer.size());
  }
  return buffer.data();
}

std::string mac_text(const MacAddress& mac) {
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", std::to_integer<unsigned>(mac[0]),
                     std::to_integer<unsigned>(mac[1]), std::to_integer<unsigned>(mac[2]),
                     std::to_integer<unsigned>(mac[3]), std::to_integer<unsigned>(mac[4]),
                     std::to_integer<unsigned>(mac[5]));
}

std::string endpoint_text(const IpAddress& address, std::uint16_t port) {
  return address.is_v4() ? fmt::format("{}:{}", address.text(), port) : fmt::format("[{}]:{}", address.text(), port);
}

}  // namespace wirecause
