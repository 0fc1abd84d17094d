// A network of one's own for tests that make the kernel drop: a namespace that ends with the object, a veth pair whose one
// end injects frames byte by byte and whose other end receives them, and sockets whose own counters are the judge.
//
// Needs root; tests call WC_NEEDS_DROP_LAB() first. Sends nothing outside its namespace.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "host/drops/drop_probe.hpp"
#include "host/drops/drop_program.hpp"
#include "support/frame_sender.hpp"
#include "support/packet_builder.hpp"
#include "support/private_network.hpp"
#include "support/udp_endpoint.hpp"

namespace wirecause::testing {

using test::Packet;
using test::PacketBuilder;

inline std::string why_no_drop_lab() {
  if (geteuid() != 0) return "needs root: makes network namespaces and loads eBPF programs";
  // NOLINTNEXTLINE(cert-env33-c): fixed
  if (std::system("command -v ip nft sysctl >/dev/null") != 0) return "needs ip, nft and sysctl";
  if (access("/sys/kernel/btf/vmlinux", R_OK) != 0) return "needs a kernel with BTF";
  std::array<bpf_insn, 2> nothing{};
  nothing[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
  nothing[1].code = BPF_JMP | BPF_EXIT;
  const int program =
      bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "wc_test", "GPL", nothing.data(), nothing.size(), nullptr);
  if (program < 0) return "eBPF programs may not be loaded here";
  close(program);
  return "";
}

#define WC_NEEDS_DROP_LAB()                                                                                 \
  do {                                                                                                      \
    if (const std::string why = ::wirecause::testing::why_no_drop_lab(); !why.empty()) GTEST_SKIP() << why; \
  } while (false)

inline void run(const std::string& command) {
  EXPECT_EQ(std::system(command.c_str()), 0) << command;  // NOLINT(cert-env33-c): fixed commands of the test
}

// wc0 is the publisher's end of the veth pair, wc1 this host's: 10.77.0.1/24, fd77::1/64, MAC 02:00:00:00:00:77.
class DropNetwork : public PrivateNetwork {
 public:
  static constexpr const char* kHost = "10.77.0.1";
  static constexpr const char* kHostMac = "02:00:00:00:00:77";

  DropNetwork() : PrivateNetwork("wc0", "wc1") {
    EXPECT_EQ(why_not(), "");
    EXPECT_TRUE(
        run("ip link set wc1 address 02:00:00:00:00:77 && "
            "sysctl -qw net.ipv6.conf.wc1.accept_dad=0 net.ipv6.conf.wc1.disable_ipv6=0 && "
            "ip addr add 10.77.0.1/24 dev wc1 && ip -6 addr add fd77::1/64 dev wc1 nodad"));
  }
};

// A datagram of a made-up feed: number at 0 (8 bytes, big endian), count at 8 (2 bytes), then filler.
inline std::string numbered(std::uint64_t number, std::uint16_t count = 1, std::size_t length = 100) {
  std::string out(length, 'x');
  for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<char>(number >> (56 - 8 * i));
  out[8] = static_cast<char>(count >> 8);
  out[9] = static_cast<char>(count);
  return out;
}

inline NumberField numbered_field(const char* destination, std::uint16_t port) {
  NumberField field;
  field.destination = *IpAddress::parse(destination);
  field.port = port;
  field.number_width = 8;
  field.count_offset = 8;
  field.count_width = 2;
  return field;
}

inline PacketBuilder to_host(std::string_view source = "10.77.0.2", std::string_view destination = "10.77.0.1") {
  PacketBuilder out;
  return out.ethernet("02:00:00:00:00:01", DropNetwork::kHostMac).ipv4(source, destination);
}

// Ethernet addresses of groups: RFC 1112 6.4.
inline PacketBuilder to_group(std::string_view group = "239.7.7.7", std::string_view source = "10.77.0.2") {
  in_addr address{};
  inet_pton(AF_INET, std::string(group).c_str(), &address);
  std::array<unsigned char, 4> octets{};
  std::memcpy(octets.data(), &address, 4);
  std::array<char, 18> mac{};
  std::snprintf(mac.data(), mac.size(), "01:00:5e:%02x:%02x:%02x", octets[1] & 0x7fU, octets[2] + 0U, octets[3] + 0U);
  PacketBuilder out;
  return out.ethernet("02:00:00:00:00:01", mac.data()).ipv4(source, group);
}

// Bound to a port of this host, any address.
class UdpReader : public UdpEndpoint {
 public:
  explicit UdpReader(std::uint16_t port, int receive_buffer = 0) {
    if (receive_buffer != 0) set(SOL_SOCKET, SO_RCVBUF, receive_buffer);
    EXPECT_TRUE(bind("0.0.0.0", port)) << std::strerror(errno);
  }
  void join(const char* group) const {
    ip_mreqn request{};
    inet_pton(AF_INET, group, &request.imr_multiaddr);
    request.imr_ifindex = static_cast<int>(if_nametoindex("wc1"));
    EXPECT_EQ(setsockopt(descriptor(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request), 0)
        << std::strerror(errno);
  }
  std::uint32_t drops() const { return memory()[SK_MEMINFO_DROPS]; }
};

// An open probe and what it told of one destination port in the namespace it was made in; drops elsewhere on this machine
// are not looked at.
class DropWatch {
 public:
  explicit DropWatch(std::uint16_t port) : port_(port), netns_(NetworkNamespace::inode()) { take(open_drop_probe()); }
  DropWatch(std::uint16_t port, const DropProgramChoice& choice) : port_(port), netns_(NetworkNamespace::inode()) {
    take(open_drop_probe(choice));
  }

  DropProbe& probe() { return *probe_; }
  const std::vector<RawDrop>& drops() const { return drops_; }

  // Drains until `datagrams` of the port came, or two seconds have passed.
  void wait_for(std::size_t datagrams) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
    while (drain() < datagrams && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    probe_->refresh_counts();
  }

  // The only flow of the port; a test that makes one fault asks for it.
  DropFlow flow() {
    const std::vector<DropFlow> all = flows();
    EXPECT_EQ(all.size(), 1U);
    for (std::size_t i = 1; i < all.size(); ++i) ADD_FAILURE() << all[i].reason << " at " << all[i].symbol;
    return all.empty() ? DropFlow{} : all.front();
  }
  std::vector<DropFlow> flows() const {
    std::vector<DropFlow> out;
    for (const DropFlow& flow : probe_->flows()) {
      if (is_mine(flow)) out.push_back(flow);
    }
    return out;
  }

 private:
  void take(Result<std::unique_ptr<DropProbe>> probe) {
    EXPECT_TRUE(probe) << probe.error().message();
    if (probe) probe_ = std::move(*probe);
  }
  bool is_mine(const DropFlow& flow) const { return flow.destination_port == port_ && flow.netns == netns_; }
  std::size_t drain() {
    std::vector<RawDrop> got;
    while (probe_->drain(got)) {
      for (const RawDrop& drop : got) {
        if (is_mine(probe_->flows()[drop.flow])) keep(drop);
      }
      got.clear();
    }
    return drops_.size();
  }
  void keep(RawDrop drop) {
    if (!drop.payload.empty()) {
      payloads_.push_back(std::make_unique<std::vector<std::byte>>(drop.payload.begin(), drop.payload.end()));
      drop.payload = *payloads_.back();
    }
    drops_.push_back(drop);
  }

  std::uint16_t port_;
  std::uint32_t netns_;
  std::unique_ptr<DropProbe> probe_;
  std::vector<RawDrop> drops_;
  std::vector<std::unique_ptr<std::vector<std::byte>>> payloads_;
};

}  // namespace wirecause::testing
