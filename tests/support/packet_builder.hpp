// A fluent builder of packets for tests, written from the RFCs; it shares nothing with src/packet, so that a mistake in
// a decoder cannot cancel out.
//
//   PacketBuilder{}.ethernet().vlan(100).ipv4("10.0.0.1", "239.1.1.1").ttl(16).ip_id(7).udp(1000,
//   26400).payload("abc").build()
//
// Lengths and checksums are right unless a test overrides them: ip_total_length(), udp_length(), bad_checksum(),
// ...
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "packet/packet_view.hpp"

namespace wirecause::test {

using Packet = std::vector<std::byte>;
using Octets = std::vector<std::uint8_t>;

class PacketBuilder {
 public:
  // Link ---------------------------------------------------------------------------------------------------------
  PacketBuilder& ethernet(std::string_view source = "02:00:00:00:00:01",
                          std::string_view destination = "01:00:5e:01:01:01") {
    link_ = Link::ethernet;
    source_mac_ = mac(source);
    destination_mac_ = mac(destination);
    return *this;
  }
  PacketBuilder& vlan(std::uint16_t id, std::uint16_t tpid = 0x8100) {
    tags_.emplace_back(tpid, id);
    return *this;
  }
  PacketBuilder& ieee8023_snap() {  // a length and LLC/SNAP instead of an EtherType
    snap_ = true;
    return *this;
  }
  PacketBuilder& linux_sll(std::uint16_t packet_type = 0) {
    link_ = Link::sll;
    packet_type_ = packet_type;
    return *this;
  }
  PacketBuilder& linux_sll2(std::uint8_t packet_type = 0) {
    link_ = Link::sll2;
    packet_type_ = packet_type;
    return *this;
  }
  PacketBuilder& raw_ip() {
    link_ = Link::raw;
    return *this;
  }
  PacketBuilder& loopback(std::uint32_t family, bool big_endian = false) {
    link_ = Link::loopback;
    family_ = family;
    family_big_endian_ = big_endian;
    return *this;
  }
  PacketBuilder& ethertype(std::uint16_t number) {
    ethertype_ = number;
    return *this;
  }
  PacketBuilder& padded_to(std::size_t bytes) {  // Ethernet padding behind the packet
    padded_to_ = bytes;
    return *this;
  }

  // Network ------------------------------------------------------------------------------------------------------
  PacketBuilder& ipv4(std::string_view source, std::string_view destination) {
    version_ = 4;
    source_ = address(AF_INET, source, 4);
    destination_ = address(AF_INET, destination, 4);
    return *this;
  }
  PacketBuilder& ipv6(std::string_view source, std::string_view destination) {
    version_ = 6;
    source_ = address(AF_INET6, source, 16);
    destination_ = address(AF_INET6, destination, 16);
    return *this;
  }
  PacketBuilder& ttl(std::uint8_t value) {
    ttl_ = value;
    return *this;
  }
  PacketBuilder& ip_id(std::uint16_t value) {
    ip_id_ = value;
    return *this;
  }
  PacketBuilder& traffic_class(std::uint8_t value) {
    traffic_class_ = value;
    return *this;
  }
  PacketBuilder& ip_options(Octets options) {  // a multiple of 4 bytes
    ip_options_ = std::move(options);
    return *this;
  }
  PacketBuilder& fragment(std::uint16_t offset_bytes, bool more) {  // IPv4
    fragment_ = static_cast<std::uint16_t>((more ? 0x2000U : 0U) | (offset_bytes / 8U));
    return *this;
  }
  // An IPv6 extension header; its first byte (next header) is filled in here.
  PacketBuilder& extension(std::uint8_t kind, Octets bytes) {
    extensions_.emplace_back(kind, std::move(bytes));
    return *this;
  }
  PacketBuilder& ip_total_length(std::uint16_t value) {  // IPv4 total length or IPv6 payload length, as written
    ip_length_ = value;
    return *this;
  }
  PacketBuilder& bad_ip_checksum() {
    break_ip_checksum_ = true;
    return *this;
  }
  PacketBuilder& ip_protocol(std::uint8_t number) {
    protocol_ = number;
    return *this;
  }

  // Transport ----------------------------------------------------------------------------------------------------
  PacketBuilder& udp(std::uint16_t source_port, std::uint16_t destination_port) {
    protocol_ = 17;
    ports(source_port, destination_port);
    return *this;
  }
  PacketBuilder& udp_length(std::uint16_t value) {
    udp_length_ = value;
    return *this;
  }
  PacketBuilder& tcp(std::uint16_t source_port, std::uint16_t destination_port, std::uint32_t sequence = 1,
                     std::uint32_t acknowledgement = 0, std::uint8_t flags = 0x10) {
    protocol_ = 6;
    ports(source_port, destination_port);
    sequence_ = sequence;
    acknowledgement_ = acknowledgement;
    tcp_flags_ = flags;
    return *this;
  }
  PacketBuilder& tcp_options(Octets options) {  // a multiple of 4 bytes
    tcp_options_ = std::move(options);
    return *this;
  }
  PacketBuilder& tcp_header_words(std::uint8_t words) {
    tcp_words_ = words;
    return *this;
  }
  PacketBuilder& icmp(std::uint8_t type, std::uint8_t code) { return message(1, type, code); }
  PacketBuilder& igmp(std::uint8_t type) { return message(2, type, 0); }
  PacketBuilder& icmpv6(std::uint8_t type, std::uint8_t code) { return message(58, type, code); }
  PacketBuilder& no_checksum() {  // UDP over IPv4: 0, "not computed"
    checksum_ = ChecksumAs::zero;
    return *this;
  }
  PacketBuilder& bad_checksum() {
    checksum_ = ChecksumAs::wrong;
    return *this;
  }
  PacketBuilder& payload(std::string_view text) {
    payload_.assign(text.begin(), text.end());
    return *this;
  }
  PacketBuilder& payload(std::size_t length) {  // 0, 1, 2, ...
    payload_.resize(length);
    for (std::size_t i = 0; i < length; ++i) payload_[i] = static_cast<std::uint8_t>(i);
    return *this;
  }

  Packet build() const {
    Octets packet = link_header();
    const Octets network = network_packet();
    if (snap_) {
      put16(packet, static_cast<std::uint16_t>(network.size() + 8));
      append(packet, {0xaa, 0xaa, 0x03, 0, 0, 0});
    }
    if (link_ != Link::raw && link_ != Link::loopback && link_ != Link::sll2) put16(packet, next_ethertype());
    append(packet, network);
    if (packet.size() < padded_to_) packet.resize(padded_to_, 0);
    Packet bytes(packet.size());
    std::transform(packet.begin(), packet.end(), bytes.begin(), [](std::uint8_t b) { return std::byte{b}; });
    return bytes;
  }

  LinkType link_type() const {
    switch (link_) {
      case Link::ethernet:
        return LinkType::ethernet;
      case Link::sll:
        return LinkType::linux_sll;
      case Link::sll2:
        return LinkType::linux_sll2;
      case Link::raw:
        return LinkType::raw;
      case Link::loopback:
        return family_big_endian_ ? LinkType::loop : LinkType::null;
    }
    return LinkType::ethernet;
  }

 private:
  enum class Link : std::uint8_t { ethernet, sll, sll2, raw, loopback };
  enum class ChecksumAs : std::uint8_t { right, zero, wrong };

  static void put16(Octets& out, unsigned value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8U));
    out.push_back(static_cast<std::uint8_t>(value));
  }
  static void put32(Octets& out, std::uint32_t value) {
    put16(out, value >> 16U);
    put16(out, value & 0xffffU);
  }
  static void append(Octets& out, const Octets& more) { out.insert(out.end(), more.begin(), more.end()); }
  static void store16(Octets& out, std::size_t at, unsigned value) {
    out[at] = static_cast<std::uint8_t>(value >> 8U);
    out[at + 1] = static_cast<std::uint8_t>(value);
  }

  static std::array<std::uint8_t, 6> mac(std::string_view text) {
    const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
    std::array<std::uint8_t, 6> bytes{};
    for (std::size_t i = 0; i < 6; ++i)
      bytes[i] = static_cast<std::uint8_t>(digit(text[3 * i]) * 16 + digit(text[3 * i + 1]));
    return bytes;
  }
  static Octets address(int family, std::string_view text, std::size_t length) {
    Octets bytes(16);
    inet_pton(family, std::string(text).c_str(), bytes.data());
    bytes.resize(length);
    return bytes;
  }
  void ports(std::uint16_t source_port, std::uint16_t destination_port) {
    source_port_ = source_port;
    destination_port_ = destination_port;
  }
  PacketBuilder& message(std::uint8_t protocol, std::uint8_t type, std::uint8_t code) {
    protocol_ = protocol;
    message_type_ = type;
    message_code_ = code;
    return *this;
  }

  std::uint16_t next_ethertype() const {
    if (ethertype_) return *ethertype_;
    return version_ == 6 ? std::uint16_t{0x86dd} : std::uint16_t{0x0800};
  }

  Octets link_header() const {
    Octets out;
    switch (link_) {
      case Link::ethernet:
        out.insert(out.end(), destination_mac_.begin(), destination_mac_.end());
        out.insert(out.end(), source_mac_.begin(), source_mac_.end());
        for (const auto& [tpid, id] : tags_) {
          put16(out, tpid);
          put16(out, id);
        }
        break;
      case Link::sll:
        put16(out, packet_type_);
        put16(out, 1);  // ARPHRD_ETHER
        put16(out, 6);
        append(out, {2, 0, 0, 0, 0, 1, 0, 0});
        break;
      case Link::sll2:
        put16(out, next_ethertype());
        put16(out, 0);
        put32(out, 3);  // interface index
        put16(out, 1);  // ARPHRD_ETHER
        append(out, {static_cast<std::uint8_t>(packet_type_), 6, 2, 0, 0, 0, 0, 1, 0, 0});
        break;
      case Link::loopback:
        for (unsigned i = 0; i < 4; ++i) {
          out.push_back(static_cast<std::uint8_t>(family_ >> (family_big_endian_ ? 24 - 8 * i : 8 * i)));
        }
        break;
      case Link::raw:
        break;
    }
    return out;
  }

  Octets network_packet() const {
    if (version_ == 4) return ipv4_packet();
    if (version_ == 6) return ipv6_packet();
    return payload_;
  }

  // RFC 791 3.1
  Octets ipv4_packet() const {
    const Octets segment = transport_segment();
    const std::size_t header_length = 20 + ip_options_.size();
    Octets out;
    out.push_back(static_cast<std::uint8_t>(0x40U | (header_length / 4)));
    out.push_back(traffic_class_);
    put16(out, ip_length_.value_or(static_cast<std::uint16_t>(header_length + segment.size())));
    put16(out, ip_id_);
    put16(out, fragment_);
    out.push_back(ttl_);
    out.push_back(protocol_);
    put16(out, 0);
    append(out, source_);
    append(out, destination_);
    append(out, ip_options_);
    store16(out, 10, internet_checksum(out) ^ (break_ip_checksum_ ? 0x0101U : 0U));
    append(out, segment);
    return out;
  }

  // RFC 8200 3 and 4
  Octets ipv6_packet() const {
    const Octets segment = transport_segment();
    Octets chain;
    for (std::size_t i = 0; i < extensions_.size(); ++i) {
      Octets header = extensions_[i].second;
      header[0] = i + 1 < extensions_.size() ? extensions_[i + 1].first : protocol_;
      append(chain, header);
    }
    append(chain, segment);
    Octets out;
    put32(out, 0x60000000U | (static_cast<std::uint32_t>(traffic_class_) << 20U));
    put16(out, ip_length_.value_or(static_cast<std::uint16_t>(chain.size())));
    out.push_back(extensions_.empty() ? protocol_ : extensions_.front().first);
    out.push_back(ttl_);
    append(out, source_);
    append(out, destination_);
    append(out, chain);
    return out;
  }

  Octets transport_segment() const {
    switch (protocol_) {
      case 17:
        return with_checksum(udp_segment(), 6);
      case 6:
        return with_checksum(tcp_segment(), 16);
      case 1:
      case 2:
      case 58:
        return message_segment();
      default:
        return payload_;
    }
  }

  // RFC 768
  Octets udp_segment() const {
    Octets out;
    put16(out, source_port_);
    put16(out, destination_port_);
    put16(out, udp_length_.value_or(static_cast<std::uint16_t>(8 + payload_.size())));
    put16(out, 0);
    append(out, payload_);
    return out;
  }

  // RFC 9293 3.1
  Octets tcp_segment() const {
    Octets out;
    put16(out, source_port_);
    put16(out, destination_port_);
    put32(out, sequence_);
    put32(out, acknowledgement_);
    const auto words = tcp_words_.value_or(static_cast<std::uint8_t>(5 + tcp_options_.size() / 4));
    out.push_back(static_cast<std::uint8_t>(words << 4U));
    out.push_back(tcp_flags_);
    put16(out, 8192);  // window
    put16(out, 0);
    put16(out, 0);  // urgent pointer
    append(out, tcp_options_);
    append(out, payload_);
    return out;
  }

  Octets message_segment() const {
    Octets out{message_type_, message_code_};
    put16(out, 0);
    put32(out, 0);
    append(out, payload_);
    store16(out, 2, internet_checksum(out));
    return out;
  }

  Octets with_checksum(Octets segment, std::size_t at) const {
    Octets summed = source_;
    append(summed, destination_);
    put32(summed, static_cast<std::uint32_t>(segment.size()));
    put32(summed, protocol_);
    append(summed, segment);
    unsigned checksum = internet_checksum(summed);
    if (protocol_ == 17 && checksum == 0) checksum = 0xffff;  // 0 would say "not computed" (RFC 768)
    if (checksum_ == ChecksumAs::zero) checksum = 0;
    if (checksum_ == ChecksumAs::wrong) checksum ^= 0x0101U;
    store16(segment, at, checksum);
    return segment;
  }

  // RFC 1071, two bytes at a time.
  static unsigned internet_checksum(const Octets& bytes) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
      const unsigned low = i + 1 < bytes.size() ? bytes[i + 1] : 0U;
      sum += (static_cast<unsigned>(bytes[i]) << 8U) + low;
      sum = (sum & 0xffffU) + (sum >> 16U);
    }
    return ~sum & 0xffffU;
  }

  Link link_ = Link::ethernet;
  std::array<std::uint8_t, 6> source_mac_{2, 0, 0, 0, 0, 1};
  std::array<std::uint8_t, 6> destination_mac_{1, 0, 0x5e, 1, 1, 1};
  std::vector<std::pair<std::uint16_t, std::uint16_t>> tags_;
  bool snap_ = false;
  std::uint16_t packet_type_ = 0;
  std::uint32_t family_ = 2;
  bool family_big_endian_ = false;
  std::optional<std::uint16_t> ethertype_;
  std::size_t padded_to_ = 0;

  int version_ = 0;
  Octets source_;
  Octets destination_;
  std::uint8_t ttl_ = 64;
  std::uint16_t ip_id_ = 0;
  std::uint8_t traffic_class_ = 0;
  Octets ip_options_;
  std::uint16_t fragment_ = 0;
  std::vector<std::pair<std::uint8_t, Octets>> extensions_;
  std::optional<std::uint16_t> ip_length_;
  bool break_ip_checksum_ = false;
  std::uint8_t protocol_ = 59;

  std::uint16_t source_port_ = 0;
  std::uint16_t destination_port_ = 0;
  std::optional<std::uint16_t> udp_length_;
  std::uint32_t sequence_ = 0;
  std::uint32_t acknowledgement_ = 0;
  std::uint8_t tcp_flags_ = 0;
  Octets tcp_options_;
  std::optional<std::uint8_t> tcp_words_;
  std::uint8_t message_type_ = 0;
  std::uint8_t message_code_ = 0;
  ChecksumAs checksum_ = ChecksumAs::right;
  Octets payload_;
};

// The whole packet as a capture holds it. `packet` must outlive the view.
inline PacketView view_of(const Packet& packet, LinkType link_type = LinkType::ethernet) {
  PacketView view;
  view.bytes = packet;
  view.wire_length = static_cast<std::uint32_t>(packet.size());
  view.link_type = link_type;
  return view;
}

}  // namespace wirecause::test
