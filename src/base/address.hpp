// Network addresses as values: one 16-byte type for IPv4 (mapped, RFC 4291 2.5.5.2) and IPv6, so that nothing above
// branches on the family. Text forms: dotted quad, RFC 5952, colon-separated MAC.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace wirecause {

class IpAddress {
 public:
  constexpr IpAddress() = default;

  // Written in one piece: read back a moment later, in words or whole, pieces would make the processor wait for the store.
  static IpAddress v4(std::uint32_t host_order) noexcept {
    constexpr bool kIsBig = std::endian::native == std::endian::big;
    const std::uint64_t mapped = kIsBig ? 0x0000'ffff'0000'0000U | host_order
                                        : (std::uint64_t{__builtin_bswap32(host_order)} << 32U) | 0xffff'0000U;
    using Words [[gnu::vector_size(16)]] = std::uint64_t;
    const Words words{0, mapped};
    IpAddress a;
    std::memcpy(a.bytes_.data(), &words, sizeof words);
    return a;
  }
  static IpAddress v6(std::span<const std::byte, 16> network_order) noexcept {
    IpAddress a;
    std::memcpy(a.bytes_.data(), network_order.data(), 16);
    return a;
  }
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const noexcept;                   // IPv4, or IPv4-mapped
  bool is_multicast() const noexcept;            // 224.0.0.0/4 or ff00::/8
  std::uint32_t v4_host_order() const noexcept;  // meaningful only when is_v4()
  std::string text() const;

  const std::array<std::byte, 16>& bytes() const noexcept { return bytes_; }
  // Two words, not sixteen bytes: compared for every packet.
  bool operator==(const IpAddress& other) const noexcept {
    return std::memcmp(bytes_.data(), other.bytes_.data(), 16) == 0;
  }
  auto operator<=>(const IpAddress&) const = default;

 private:
  std::array<std::byte, 16> bytes_{};
};

using MacAddress = std::array<std::byte, 6>;
std::string mac_text(const MacAddress& mac);

// "239.1.1.1:26400", "[ff15::1]:26400"
std::string endpoint_text(const IpAddress& address, std::uint16_t port);

}  // namespace wirecause
