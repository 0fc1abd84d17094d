// The program. X holds how far a VLAN tag shifts what follows: 0 or 4; `ip` is where the IP header begins without one (14 on
// Ethernet, 0 on raw devices).
//
//   type = half[12]; 0x8100, 0x88a8, 0x9100 → X = 4, type = half[16]
//   0x0806 → accept      0x0800 → IPv4      0x86dd → IPv6      else reject
//
//   IPv4: protocol = byte[X+ip+9]                       IPv6: next = byte[X+ip+6]
//     ICMP, IGMP → accept                                 ICMPv6 → accept
//     not UDP → reject                                    hop-by-hop, routing, destination options →
//     byte[X+ip+16] & 0xf0 = 0xe0 → accept                    multicast or then ICMPv6 (MLD: RFC 3810 5) → accept
//     half[X+ip+6] & 0x3fff (a fragment) → accept         fragment header → then UDP or ICMPv6 → accept
//     X += 4 * (byte[X+ip] & 15)                          UDP: byte[X+ip+24] = 0xff (multicast) → accept
//     port = half[X+ip+2]                                 port = half[X+ip+42]
//
//   port in unicast_ports, or too many of them to look → accept, else reject
//
// Layouts: RFC 791 3.1, RFC 8200 3 and 4, IEEE 802.1Q 9.3.
// SPDX-License-Identifier: Apache-2.0
#include "capture/live/default_filter.hpp"

#include <algorithm>

#include "packet/ethertype.hpp"
#include "packet/ip_protocol.hpp"

namespace wirecause {
namespace {

constexpr unsigned kLoadByte = BPF_LD | BPF_B | BPF_IND;  // A = byte[X+k]
constexpr unsigned kLoadHalf = BPF_LD | BPF_H | BPF_IND;  // A = half[X+k]
constexpr unsigned kSetX = BPF_LDX | BPF_W | BPF_IMM;
constexpr unsigned kCopyAToX = BPF_MISC | BPF_TAX;
constexpr unsigned kAnd = BPF_ALU | BPF_AND | BPF_K;
constexpr unsigned kReturn = BPF_RET | BPF_K;

constexpr std::uint32_t kEthernetHeader = 14;
constexpr std::uint32_t kVlanTag = 4;
constexpr std::uint32_t kEthertypeArp = 0x0806;
constexpr std::size_t kPortsInReach = 128;  // of a conditional jump

class DefaultFilter {
 public:
  DefaultFilter(LinkType link_type, std::uint32_t snap_length)
      : has_link_header_(link_type == LinkType::ethernet),
        ip_(has_link_header_ ? kEthernetHeader : 0),
        snap_length_(snap_length) {}

  FilterProgram made_for(std::span<const std::uint16_t> unicast_ports) {
    code_.add(kSetX, 0);
    if (has_link_header_) {
      by_ethertype();
    } else {
      by_version();
    }
    ipv4();
    ipv6();
    end(accept_, snap_length_);
    end(reject_, 0);
    code_.place(port_);
    ports(unicast_ports);
    return code_.program();
  }

 private:
  using Label = FilterAssembler::Label;

  void by_ethertype() {
    const Label tagged = code_.label();
    network(12);
    for (const std::uint32_t tag : {kEthertypeVlan, kEthertypeServiceVlan, kEthertypeQinQ}) {
      code_.jump_if_equal(tag, tagged);
    }
    code_.jump(reject_);
    code_.place(tagged);
    code_.add(kSetX, kVlanTag);
    network(16);
    code_.jump(reject_);
  }

  void network(std::uint32_t at) {
    code_.add(BPF_LD | BPF_H | BPF_ABS, at);
    code_.jump_if_equal(kEthertypeIpv4, ipv4_);
    code_.jump_if_equal(kEthertypeIpv6, ipv6_);
    code_.jump_if_equal(kEthertypeArp, accept_);
  }

  void by_version() {
    code_.add(BPF_LD | BPF_B | BPF_ABS, 0);
    code_.add(kAnd, 0xf0);
    code_.jump_if_equal(0x40, ipv4_);
    code_.jump_if_equal(0x60, ipv6_);
    code_.jump(reject_);
  }

  void ipv4() {
    const Label udp = code_.label();
    code_.place(ipv4_);
    code_.add(kLoadByte, ip_ + 9);
    code_.jump_if_equal(kProtocolUdp, udp);
    code_.jump_if_equal(kProtocolIgmp, accept_);
    code_.jump_if_equal(kProtocolIcmp, accept_);
    code_.jump(reject_);

    code_.place(udp);
    code_.add(kLoadByte, ip_ + 16);
    code_.add(kAnd, 0xf0);
    code_.jump_if_equal(0xe0, accept_);
    code_.add(kLoadHalf, ip_ + 6);
    code_.jump_if_any_of(0x3fff, accept_);  // more fragments, or an offset
    code_.add(kLoadByte, ip_);
    code_.add(kAnd, 0x0f);
    code_.add(BPF_ALU | BPF_LSH | BPF_K, 2);
    code_.add(BPF_ALU | BPF_ADD | BPF_X, 0);
    code_.add(kCopyAToX, 0);
    code_.add(kLoadHalf, ip_ + 2);
    code_.jump(port_);
  }

  void ipv6() {
    const Label udp = code_.label();
    const Label options = code_.label();
    const Label fragment = code_.label();
    code_.place(ipv6_);
    code_.add(kLoadByte, ip_ + 6);
    code_.jump_if_equal(kProtocolUdp, udp);
    code_.jump_if_equal(kProtocolIcmpv6, accept_);
    code_.jump_if_equal(kProtocolFragment, fragment);
    for (const std::uint32_t header : {kProtocolHopByHop, kProtocolRouting, kProtocolDestination}) {
      code_.jump_if_equal(header, options);
    }
    code_.jump(reject_);

    code_.place(udp);
    code_.add(kLoadByte, ip_ + 24);
    code_.jump_if_equal(0xff, accept_);
    code_.add(kLoadHalf, ip_ + 42);
    code_.jump(port_);

    code_.place(options);
    code_.add(kLoadByte, ip_ + 24);
    code_.jump_if_equal(0xff, accept_);
    code_.add(kLoadByte, ip_ + 40);
    code_.jump_if_equal(kProtocolIcmpv6, accept_);
    code_.jump(reject_);

    code_.place(fragment);
    code_.add(kLoadByte, ip_ + 40);
    code_.jump_if_equal(kProtocolUdp, accept_);
    code_.jump_if_equal(kProtocolIcmpv6, accept_);
    code_.jump(reject_);
  }

  // A holds the destination port.
  void ports(std::span<const std::uint16_t> wanted) {
    if (wanted.size() > kMostFilteredPorts) return code_.add(kReturn, snap_length_);
    for (std::size_t from = 0; from < wanted.size(); from += kPortsInReach) {
      const Label found = code_.label();
      const Label next = code_.label();
      for (const std::uint16_t port : wanted.subspan(from, std::min(kPortsInReach, wanted.size() - from))) {
        code_.jump_if_equal(port, found);
      }
      code_.jump(next);
      end(found, snap_length_);
      code_.place(next);
    }
    code_.add(kReturn, 0);
  }

  void end(Label label, std::uint32_t kept) {
    code_.place(label);
    code_.add(kReturn, kept);
  }

  bool has_link_header_;
  std::uint32_t ip_;
  std::uint32_t snap_length_;
  FilterAssembler code_;
  Label ipv4_ = code_.label();
  Label ipv6_ = code_.label();
  Label port_ = code_.label();
  Label accept_ = code_.label();
  Label reject_ = code_.label();
};

}  // namespace

FilterProgram default_filter(LinkType link_type, std::span<const std::uint16_t> unicast_ports,
                             std::uint32_t snap_length) {
  return DefaultFilter(link_type, snap_length).made_for(unicast_ports);
}

}  // namespace wirecause
