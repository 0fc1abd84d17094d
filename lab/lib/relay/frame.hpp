// Where things stand in an Ethernet frame (RFC 894, RFC 791, RFC 8200, RFC 768, RFC 9293, IEEE 802.1Q), for the relay. What is
// not understood is carried all the same: offsets stay 0.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lab {

using Bytes = std::vector<std::uint8_t>;

// A number of the feed: where it stands in the UDP payload.
struct Field {
  std::size_t offset = 0;
  std::size_t width = 0;
  bool is_little = false;
};

struct Layout {
  std::size_t network = 0;    // offset of the IP header; 0: no IP
  std::size_t transport = 0;  // offset of the UDP or TCP header; 0: another protocol, or a later fragment
  std::size_t payload = 0;    // offset behind the UDP or TCP header; 0 as above
  std::uint8_t version = 0;   // 4 or 6
  std::uint8_t protocol = 0;  // 6 TCP, 17 UDP ...
  std::uint16_t source_port = 0;
  std::uint16_t target_port = 0;
  std::uint16_t ip_id = 0;
  bool must_not_fragment = false;
  std::size_t end = 0;  // behind the IP packet: what follows is padding
};

constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;

std::uint64_t read_big(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t width);
void write_big(Bytes& bytes, std::size_t at, std::uint64_t value, std::size_t width);

Layout layout_of(std::span<const std::uint8_t> frame);

// Nothing: no UDP payload, or too short.
std::optional<std::uint64_t> number_in(std::span<const std::uint8_t> frame, const Layout& at, const Field& field);

std::uint16_t internet_checksum(std::span<const std::uint8_t> bytes, std::uint32_t begin = 0);
void fix_network_checksum(Bytes& frame, const Layout& at);    // of the IPv4 header
void fix_transport_checksum(Bytes& frame, const Layout& at);  // of UDP, unless it has none, or TCP

}  // namespace lab
